# The process of the tests: it runs them on functions of the other process, and it alone
# says whether they passed. From there it gets data, never code.

class Stopped(BaseException):
    """The answer raised what ends a program, or its process ended."""


class AnswerError(Exception):
    """An exception of a class that the answer made."""


def main(o):
    source, sink, said = begin(o)
    stopped, near = [], {}

    def send(mark, message):
        sink.write(mark + dumps(message) + b"\n")
        sink.flush()

    def ask(do, *args, **more):
        if stopped:
            raise Stopped(stopped[0])
        send(b"?", {"do": do, "args": [enc(a, lend) for a in args], "more": {k: enc(a, lend) for k, a in more.items()}})
        reply = loads(source.readline())
        if "error" in reply:
            raise failure(do, *reply["error"])
        for i, now in reply["changed"]:
            old, new = args[i], dec(now, take)
            if type(old) in (list, bytearray):
                old[:] = new
            else:
                old.clear()
                old.update(new)
        return dec(reply["value"], take)

    def failure(do, name, text, ends):
        if ends:
            stopped.append("%s: %s" % (name, text))
            return Stopped(stopped[0])
        known = getattr(builtins, str(name), None)
        if isinstance(known, type) and issubclass(known, Exception) and (known is not StopIteration or do == "next"):
            try:
                return known(text)
            except TypeError:  # it takes more than a text
                pass
        return AnswerError("%s: %s" % (name, text))

    class Far:
        """An object of the other process. It equals nothing but itself, and has no order."""

        def __init__(self, number):
            object.__setattr__(self, "number", number)

        def __call__(self, *args, **more):
            return ask("call", self, *args, **more)

        def __getattr__(self, name):
            return ask("getattr", self, name)

        def __setattr__(self, name, value):
            ask("setattr", self, name, value)

        def __getitem__(self, key):
            return ask("getitem", self, key)

    for name in "iter", "next", "len", "bool", "str", "repr":
        setattr(Far, "__%s__" % name, lambda self, name=name: ask(name, self))

    def take(tag, y):
        if tag != "handle":
            raise ValueError("no value")
        return near.setdefault(int(y[0]), Far(int(y[0])))

    def lend(v):
        if type(v) is Far:
            return {"handle": object.__getattribute__(v, "number")}
        name = getattr(v, "__name__", "")
        if getattr(builtins, name, None) is v:
            return {"builtin": name}
        raise TypeError("a test passes on a %s, which is no data" % type(v).__name__)

    class Space(dict):
        """The names of the tests. Those that they do not define are the answer's."""

        def __missing__(self, name):
            if hasattr(builtins, name) and name not in entries:
                raise KeyError(name)
            v = ask("name", name)
            if name not in entries and name in getattr(sys, "stdlib_module_names", ()) and name + "." in whole:
                v = __import__(name)  # in math.isclose(...) the answer's module is Python's
            if type(v) in (Far, type(sys)):
                self[name] = v
            return v

    send(b":", {"confined": said})
    task = loads(source.readline())
    entries = task["entries"] or []
    whole = task["given"] + "\n".join(task["tests"])
    if "random" in whole:
        import random
        random.seed(0)
    space, found = Space(), []

    def run(name, text):
        line = ""
        try:
            exec(compile(text, name, "exec"), space)
            return ""
        except BaseException as e:
            said, at = "%s: %s" % (type(e).__name__, str(e)[:200]), e.__traceback__
            while at:
                if at.tb_frame.f_code.co_filename == name:
                    line = text.splitlines()[at.tb_lineno - 1].strip()[:200]
                at = at.tb_next
            return said + (" in: " + line if line else "")

    before = run("given", task["given"])
    if before.startswith("SyntaxError"):  # the beginning of a program
        before = ""
    for name in entries:
        space.pop(name, None)
    for i, text in enumerate(task["tests"]):
        found.append(before or run("test %d" % i, text))
    send(b"!", found)


main(loads(sys.argv.pop().encode()))
