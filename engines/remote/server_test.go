package remote_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"

	"dllmbench/engines/remote/stub"
)

// planned names the variable with the plan of a stub: a test program that has it is that stub.
const planned = "DLLMBENCH_STUB"

// TestMain runs the tests, or the stub of another test program: it says its address, and for
// each line that it reads the answers since the line before. It collects no garbage, which
// would take both processors from the client that is measured.
func TestMain(m *testing.M) {
	if os.Getenv(planned) == "" {
		os.Exit(m.Run())
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(1 << 30)
	var p stub.Plan
	err := json.Unmarshal([]byte(os.Getenv(planned)), &p)
	s, failed := stub.Start("127.0.0.1:0", p)
	if err != nil || failed != nil {
		fmt.Fprintln(os.Stderr, err, failed)
		os.Exit(1)
	}
	fmt.Println(s.URL())
	sent := 0
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		list := s.Answers()
		json.NewEncoder(os.Stdout).Encode(list[sent:])
		sent = len(list)
	}
}

// process is a stub in a process of its own.
type process struct {
	URL   string
	asks  *json.Encoder
	tells *bufio.Reader
}

// start starts a stub, which ends with the test.
func start(tb testing.TB, p stub.Plan) process {
	tb.Helper()
	plan, err := json.Marshal(p)
	if err != nil {
		tb.Fatal(err)
	}
	c := exec.Command(os.Args[0])
	c.Env, c.Stderr = append(os.Environ(), planned+"="+string(plan)), os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := c.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		in.Close()
		c.Wait()
	})
	s := process{asks: json.NewEncoder(in), tells: bufio.NewReader(out)}
	line, err := s.tells.ReadString('\n')
	if err != nil {
		tb.Fatal(err)
	}
	s.URL = strings.TrimSpace(line)
	return s
}

// Answers are the answers since the last call. Their times have no monotonic part.
func (s process) Answers(tb testing.TB) (list []stub.Answer) {
	tb.Helper()
	if err := s.asks.Encode("answers"); err != nil {
		tb.Fatal(err)
	}
	line, err := s.tells.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &list)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return list
}
