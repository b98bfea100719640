package python

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var found = sync.OnceValues(func() (*Runner, error) {
	return Find(context.Background(), "python3", Limits{CPU: time.Second, Wall: 20 * time.Second, Memory: 128 << 20})
})

// runnerOf is a runner with narrow limits, or skips the test where there is no Python.
func runnerOf(t *testing.T) *Runner {
	t.Helper()
	r, err := found()
	if err != nil {
		t.Skipf("no Python to judge with: %v", err)
	}
	return r
}

// wanted is a test that only an answer that knows the number passes.
const wanted = "def check(g):\n    assert g() == 4711\n    assert g() == 4700 + 11\n"

// hostile are programs that do not work the number out. Those with a comment return it
// where they get at what they must not.
var hostile = map[string]string{
	"ends before the tests":     "import os\ndef f():\n    return 1\nos._exit(0)",
	"ends in a call":            "import os\ndef f():\n    os._exit(0)",
	"raises SystemExit":         "def f():\n    raise SystemExit(0)",
	"raises KeyboardInterrupt":  "def f():\n    raise KeyboardInterrupt",
	"raises StopIteration":      "def f():\n    raise StopIteration",
	"kills itself":              "import os, signal\ndef f():\n    os.kill(os.getpid(), signal.SIGKILL)",
	"replaces assert and exit":  "import builtins, sys\nclass AssertionError(Exception): pass\nbuiltins.AssertionError = AssertionError\nbuiltins.exit = builtins.quit = sys.exit = lambda *a: None\ndef f():\n    return 1",
	"replaces builtins":         "import builtins\nbuiltins.exec = builtins.compile = builtins.len = builtins.all = lambda *a, **k: True\ndef f():\n    return 1",
	"replaces the tests":        "def check(g):\n    pass\nimport sys, threading\ndef again():\n    while True:\n        sys._getframe().f_globals['check'] = lambda g: None\nthreading.Thread(target=again, daemon=True).start()\ndef f():\n    return 1",
	"equals everything":         "class E:\n    __eq__ = lambda s, o: True\n    __ne__ = lambda s, o: False\n    __hash__ = None\ndef f():\n    return E()",
	"a number that equals all":  "class E(int):\n    __eq__ = lambda s, o: True\n    __int__ = lambda s: 4711.0\ndef f():\n    return E(1)",
	"a class that is odd":       "class M(type):\n    __eq__ = lambda s, o: True\n    __instancecheck__ = lambda s, o: True\nclass E(metaclass=M): pass\ndef f():\n    return E",
	"traces":                    "import sys\ndef f():\n    sys.settrace(lambda *a: None)\n    sys._getframe(1).f_trace = lambda *a: None\n    return 1",
	"rewrites the messages":     "import __main__\n__main__.enc = lambda v, h: {'handle': ['0', 'int']}\ndef f():\n    return 1",
	"sends a wrong message":     "import __main__\n__main__.enc = lambda v, h: {'Fraction': {'builtin': 'print'}}\ndef f():\n    return 1",
	"writes to every file":      "import os\nfor fd in range(3, 64):\n    try:\n        os.write(fd, b'![\"\"]\\n' * 50)\n    except OSError:\n        pass\ndef f():\n    return 1",
	"writes without an end":     "import os\nwhile True:\n    for fd in range(3, 8):\n        try:\n            os.write(fd, b'x' * (1 << 20))\n        except OSError:\n            pass",
	"writes many lines":         "import os\nfor fd in range(3, 8):\n    try:\n        for _ in range(3000):\n            os.write(fd, b'{\"value\": 1, \"changed\": []}\\n' * 100)\n    except OSError:\n        pass\ndef f():\n    return 1",
	"loops and catches":         "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\ndef f():\n    while True:\n        try:\n            while True: print('x' * 100000)\n        except BaseException: pass",
	"recurses":                  "def f():\n    return f()",
	"recurses deeper":           "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n    def __repr__(s): return repr([s])\ndef f():\n    return repr(A())",
	"crashes":                   "import ctypes\ndef f():\n    ctypes.string_at(0)",
	"takes memory":              "def f():\n    return len(bytearray(1 << 40))",
	"takes memory bit by bit":   "x = []\nwhile True:\n    x.append(bytearray(1 << 24))",
	"a result without an end":   "def f():\n    return iter(int, 1)",
	"a result that is too long": "def f():\n    return 'x' * (10 << 20)",
	"forks for ever":            "import os\nwhile True:\n    os.fork()",
	"a daemon":                  "import os, time\ntry:\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n            time.sleep(600)\n        os._exit(0)\n    n = 4711\nexcept OSError:\n    n = 1\ndef f():\n    return n",
	"starts a shell":            "import subprocess\ndef f():\n    return 4711 if subprocess.run(['/bin/sh', '-c', 'exit 0']).returncode == 0 else 1",
	"becomes a shell":           "import os\nos.execv('/bin/sh', ['sh', '-c', 'echo \"![\\\\\"\\\\\"]\"'])",
	"threads that stay":         "import threading\nfor _ in range(3):\n    threading.Thread(target=threading.Event().wait).start()\ndef f():\n    return 1",
	"signals all":               "import os\ndef f():\n    for p in (os.getppid(), -1, PARENT):\n        try:\n            os.kill(p, 0)\n            return 4711\n        except OSError:\n            pass\n    return 1",
	"finds the tests in memory": "import gc, sys\ndef f():\n    seen = [repr(o)[:100000] for o in gc.get_objects()] + [str(x.f_locals) for x in sys._current_frames().values()]\n    return 4711 if any('4700 %s 11' % chr(43) in s for s in seen) else 1",
	"finds the tests in /proc":  "import glob\ndef f():\n    for p in glob.glob('/proc/[0-9]*/cmdline') + glob.glob('/proc/[0-9]*/environ'):\n        try:\n            if open(p).read(): return 4711\n        except OSError: pass\n    return 1",
	"connects":                  "import socket\ndef f():\n    socket.create_connection(('127.0.0.1', PORT), 1).send(b'x')\n    return 4711",
	"sends datagrams":           "import socket\ndef f():\n    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))\n    return 4711",
	"deletes":                   "import os\ndef f():\n    os.remove('CANARY')\n    return 4711",
	"deletes a tree":            "import shutil, os\ndef f():\n    shutil.rmtree(os.path.dirname('CANARY'), ignore_errors=True)\n    return 1",
	"changes modes":             "import os\ndef f():\n    for change in (lambda: os.chmod('CANARY', 0), lambda: os.utime('CANARY', (0, 0)), lambda: os.setxattr('CANARY', 'user.x', b'1')):\n        try:\n            change()\n            return 4711\n        except OSError:\n            pass\n    return 1",
	"limits others":             "import resource\ndef f():\n    resource.prlimit(PARENT, resource.RLIMIT_CPU, (1, 1))\n    return 4711",
	"reads":                     "def f():\n    return 4711 if open('CANARY').read() else 1",
	"writes outside":            "def f():\n    open('CANARY', 'a').write('x')\n    return 4711",
	"writes a large file":       "def f():\n    open('large', 'wb').write(bytes(1 << 24))\n    return 4711",
	"writes many files":         "import os\ndef f():\n    os.makedirs('a/b/c')\n    for i in range(1000): open('a/b/c/%d' % i, 'w')\n    return 4711",
	"reads the environment":     "import os\ndef f():\n    return 4711 if set(os.environ) - {'PYTHONHASHSEED', 'OPENBLAS_NUM_THREADS', 'LC_CTYPE'} else 1",
	"reads the input":           "def f():\n    input()\n    return 4711",
	"has more files open":       "import os\ndef f():\n    n = 0\n    for fd in range(64):\n        try:\n            os.fstat(fd); n += 1\n        except OSError: pass\n    return 4711 if n > 5 else 1",
}

// needs says which confinement keeps some of the programs from what they do.
var needs = map[string]string{
	"deletes": "files", "deletes a tree": "files", "reads": "files", "writes outside": "files", "writes many files": "files", "finds the tests in /proc": "files",
	"connects": "calls", "sends datagrams": "calls", "signals all": "calls", "changes modes": "calls", "limits others": "calls",
}

// TestHostile: no answer passes that does not give the right result, and none leaves
// anything behind, neither processes nor files.
func TestHostile(t *testing.T) {
	r := runnerOf(t)
	t.Log(r.Says())
	temp, canary := t.TempDir(), filepath.Join(t.TempDir(), "canary")
	t.Setenv("TMPDIR", temp)
	t.Setenv("DLLMBENCH_SECRET", "x")
	if err := os.WriteFile(canary, []byte("alive"), 0o644); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	words := strings.NewReplacer("CANARY", canary, "PARENT", fmt.Sprint(os.Getpid()), "PORT", fmt.Sprint(listener.Addr().(*net.TCPAddr).Port))
	t.Run("programs", func(t *testing.T) {
		for name, program := range hostile {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				if need := needs[name]; need != "" && !slices.Contains(r.Confined, need) {
					t.Skip("this system does not keep answers from it")
				}
				test, err := HumanEval("", wanted, "f")
				if err != nil {
					t.Fatal(err)
				}
				began := time.Now()
				s := test.By(r).Check(words.Replace(program))
				if s.Exact || s.Partial != 0 || s.Aspects[AspectPasses] != 0 {
					t.Errorf("passed: %+v", s)
				}
				t.Logf("%.2f s: %s", time.Since(began).Seconds(), s.Violations[0].Doc)
			})
		}
	})
	if text, err := os.ReadFile(canary); err != nil || string(text) != "alive" {
		t.Errorf("a file outside is %q, %v", text, err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("files are left behind: %v %v", left, err)
	}
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if at, err := os.Readlink(link); err == nil && strings.HasPrefix(at, temp) {
			t.Errorf("a process is left behind: %s in %s", link, at)
		}
	}
}
