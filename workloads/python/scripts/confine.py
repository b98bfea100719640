# The first part of both scripts: what a process may do, and the messages.
#
# A message is one line of JSON. Values cross as data: numbers, texts, lists and the like
# by their contents, never by their methods, so that no object that an answer made is ever
# asked whether it equals what was wanted. Anything else crosses as a handle, the number of
# an object that stays where it is.
import builtins, os, sys

try:  # the parts of json that are C: the rest takes longer to load than all else here
    import _json

    class JSON:
        strict, object_hook, object_pairs_hook, parse_float, parse_int, parse_constant, memo = False, None, None, float, int, float, {}

    scan = _json.make_scanner(JSON)
    write = _json.make_encoder(None, None, _json.encode_basestring_ascii, None, ":", ",", False, False, True)

    def loads(line):
        return scan(line.decode(), 0)[0]

    def dumps(v):
        return "".join(write(v, 0)).encode()

    assert loads(dumps([{"a": "\ud800"}, 1.5, None])) == [{"a": "\ud800"}, 1.5, None]
except Exception:
    import json

    loads = json.loads

    def dumps(v):
        return json.dumps(v).encode()


def begin(o):
    """Take the ways of messages, and give up every right that is not needed, for good.
    Returns where to read and write messages, and what is out of reach from now on."""
    sys.path[:] = [p for p in sys.path if p]
    os.closerange(3, 65536)
    ways = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for fd in 0, 1, 2:
        os.dup2(null, fd)
    os.close(null)
    return ways + (confine(o),)


def confine(o):
    try:
        import resource
    except ImportError:  # Windows
        return []

    def limit(name, most):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
            done.append(name)
        except (AttributeError, ValueError, OSError):
            pass

    done = []
    for name, most in o["limits"].items():
        limit(name, most)
    if sys.platform == "linux":
        try:
            import ctypes, struct
            c = ctypes.CDLL(None)
            c.prctl(38, 1, 0, 0, 0)  # no new privileges
            if files(c.syscall, ctypes.c_long, struct):
                done.append("files")
            c.capset(struct.pack("=Ii", 0x20080522, 0), bytes(24))  # no capabilities
            if calls(c.prctl, ctypes, struct):
                done.append("calls")
        except (ImportError, AttributeError, KeyError, OSError):
            pass
    if "calls" not in done:  # neither processes nor threads
        limit("RLIMIT_NPROC", 0)
    try:
        if os.fork() == 0:
            os._exit(0)
        os.wait()
    except OSError:
        done.append("processes")
    return done


def files(call, long, struct):
    """Landlock: read Python and the system, and nothing else."""
    abi = call(long(444), None, long(0), long(1))
    if abi < 1:
        return False
    every = (1 << (13 + (abi > 1) + (abi > 2) + (abi > 4))) - 1
    rights = struct.pack("=QQQ", every, 3 if abi > 3 else 0, 3 if abi > 5 else 0)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    rules = call(long(444), rights, long(len(rights)), long(0))
    if rules < 0:
        return False
    write, read, look = 1 << 1, 1 << 2, 1 << 3
    own = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path, "/usr", "/lib", "/lib64", "/nix", "/etc/localtime", "/etc/ld.so.cache", os.getcwd()}
    for path, may in [(p, read | look) for p in own - {"/"}] + [("/dev/null", read | write)]:
        try:
            at = os.open(path, os.O_PATH)
        except OSError:
            continue
        if not os.path.isdir(path):
            may &= ~look
        call(long(445), long(rules), long(1), struct.pack("=Qi", may, at), long(0))
        os.close(at)
    done = call(long(446), long(rules), long(0)) == 0
    os.close(rules)
    return done


# System calls that nothing here needs, by machine: new programs and processes, sockets, signals; memory, limits and
# priorities of others; owners, modes and times of files, which Landlock leaves open; name spaces, mounts, memory that
# outlives a process, and what has often been broken. Before them the number of the machine, of clone and of prlimit64.
CALLS = {
    "x86_64": (0xC000003E, 56, 302, [
        57, 58, 59, 322, 41, 62, 200, 234, 129, 297, 109, 112, 101, 310, 311, 312, 440, 448, 434, 424, 438,
        141, 142, 144, 203, 314, 251, 256, 279, 90, 91, 92, 93, 94, 260, 268, 452, 132, 235, 261, 280,
        188, 189, 190, 197, 198, 199, 463, 466, 272, 308, 165, 166, 428, 429, 29, 30, 31, 64, 65, 66, 68, 69, 70, 71, 220, 240, 241,
        321, 298, 425, 426, 427, 248, 249, 250, 323]),
    "aarch64": (0xC00000B7, 220, 261, [
        221, 281, 198, 129, 130, 131, 138, 240, 154, 157, 117, 270, 271, 272, 440, 448, 434, 424, 438,
        140, 118, 119, 122, 274, 30, 238, 239, 52, 53, 54, 55, 452, 88,
        5, 6, 7, 14, 15, 16, 463, 466, 97, 268, 40, 39, 428, 429, 194, 196, 195, 190, 193, 191, 186, 189, 188, 187, 192, 180, 181,
        280, 241, 425, 426, 427, 217, 218, 219, 282]),
}


def calls(prctl, ctypes, struct):
    """Seccomp: refuse the system calls above, clone() for anything but a thread, and limits of others."""
    arch, clone, limits, denied = CALLS[os.uname().machine]
    refuse, allow, unknown = 0x00050001, 0x7FFF0000, 0x00050026  # EPERM, and ENOSYS, after which libc uses clone
    code = [(0x20, 0, 0, 4), (0x15, 1, 0, arch), (0x06, 0, 0, refuse), (0x20, 0, 0, 0)]
    code += [(0x35, 0, 1, 0x40000000), (0x06, 0, 0, refuse)]  # the other numbering of x86-64
    code += [(0x15, 0, 1, 435), (0x06, 0, 0, unknown)]  # clone3, whose flags are out of sight
    for number in denied:
        code += [(0x15, 0, 1, number), (0x06, 0, 0, refuse)]
    code += [(0x15, 0, 4, limits), (0x20, 0, 0, 16), (0x15, 1, 0, 0), (0x06, 0, 0, refuse), (0x06, 0, 0, allow)]
    code += [(0x15, 0, 3, clone), (0x20, 0, 0, 16), (0x45, 1, 0, 0x10000), (0x06, 0, 0, refuse), (0x06, 0, 0, allow)]
    text = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *c) for c in code))
    return prctl(22, ctypes.c_ulong(2), struct.pack("@HP", len(code), ctypes.addressof(text)), 0, 0) == 0


BASES = (int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict)
VIEWS = {type({}.keys()): "keys", type({}.items()): "items"}
MORE = {"Fraction": ("fractions", str), "Decimal": ("decimal", str), "deque": ("collections", list)}


def enc(v, handle):
    """What stands for a value in JSON; handle makes it for one that is no data."""
    t = type(v)
    if v is None or t is bool or t is str:
        return v
    for base in (t,) if t in BASES else BASES:
        if not isinstance(v, base):
            continue
        if base is int:
            v = int.__int__(v)
            return v if -(1 << 53) < v < 1 << 53 else {"int": hex(v)}
        if base is float:
            return {"float": float.hex(v)}
        if base is complex:
            return {"complex": [float.hex(v.real), float.hex(v.imag)]}
        if base is str:
            return str.__str__(v)
        if base in (bytes, bytearray):
            return {base.__name__: base.hex(v)}
        if base is dict:
            return {"dict": [[enc(k, handle), enc(x, handle)] for k, x in dict.items(v)]}
        items = [enc(x, handle) for x in base.__iter__(v)]
        return items if base is list else {base.__name__: items}
    if t is range:
        return {"range": [v.start, v.stop, v.step]}
    if t in VIEWS:
        return {VIEWS[t]: [enc(x, handle) for x in v]}
    module, data = MORE.get(t.__name__, ("", None))
    if module and t.__module__ == module:
        return {t.__name__: enc(data(v), handle)}
    return handle(v)


def dec(x, handle):
    """The value that enc made x of; handle finds what is no data."""
    if type(x) is list:
        return [dec(y, handle) for y in x]
    if type(x) is not dict:
        return x
    (tag, y), = x.items()
    if tag == "int":
        return int(y, 16)
    if tag == "float":
        return float.fromhex(y)
    if tag == "complex":
        return complex(float.fromhex(y[0]), float.fromhex(y[1]))
    if tag in ("bytes", "bytearray"):
        return getattr(builtins, tag).fromhex(y)
    if tag in ("tuple", "set", "frozenset"):
        return getattr(builtins, tag)(dec(z, handle) for z in y)
    if tag in ("dict", "items"):
        made = {dec(k, handle): dec(z, handle) for k, z in (z["tuple"] if tag == "items" else z for z in y)}
        return made if tag == "dict" else made.items()
    if tag == "keys":
        return dict.fromkeys(dec(z, handle) for z in y).keys()
    if tag == "range":
        return range(*y)
    if tag in MORE:
        return getattr(__import__(MORE[tag][0]), tag)(dec(y, handle))
    return handle(tag, y)
