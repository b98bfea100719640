# The process of the answer: it runs the program, then does what it is asked to with what
# the program made, and gives back data. It never sees the tests.
from _operator import getitem


def main(o):
    source, sink, said = begin(o)

    def send(message):
        sink.write(dumps(message) + b"\n")
        sink.flush()

    def failure(e):
        try:
            text = str(e)[:400]
        except BaseException:
            text = ""
        return [type(e).__name__, text, not isinstance(e, Exception)]

    def handle(v):
        kept.append(v)
        return {"handle": [len(kept) - 1, type(v).__name__]}

    def find(tag, y):
        return getattr(builtins, y) if tag == "builtin" else kept[y]

    space, kept = {}, []
    operations = {
        "name": space.__getitem__, "call": lambda f, *a, **k: f(*a, **k), "getattr": getattr, "setattr": setattr,
        "iter": iter, "next": next, "len": len, "getitem": getitem, "bool": bool, "str": str, "repr": repr,
    }
    send({"confined": said})
    try:
        parses = False
        code = compile(loads(source.readline()), "answer", "exec")
        parses = True
        exec(code, space)
    except BaseException as e:
        return send({"parses": parses, "error": failure(e)})
    send({"parses": True})
    for line in iter(source.readline, b""):
        message = loads(line)
        try:
            given = message["args"]
            args = [dec(x, find) for x in given]
            more = {k: dec(x, find) for k, x in message["more"].items()}
            reply = {"value": enc(operations[message["do"]](*args, **more), handle), "changed": []}
            for i, a in enumerate(args):  # in place
                if message["do"] == "call" and type(a) in (list, dict, set, bytearray):
                    now = enc(a, handle)
                    if now != given[i]:
                        reply["changed"].append([i, now])
        except BaseException as e:
            reply = {"error": failure(e)}
        send(reply)


main(loads(sys.argv.pop().encode()))
