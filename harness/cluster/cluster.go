// Package cluster spreads the units of a run over many machines by a NATS JetStream
// server: a queue of messages, keys and values, and stored objects.
//
//	DLLM_Q        queue      q.<run>.<class>.<unit>    one message for each unit that is to be done, with the run's key
//	DLLM_RUNS     key-value  <run>                     what is to be done: scenario, class and build
//	DLLM_LAND     key-value  <run>.<unit>              what became of a unit: written once, the first wins
//	DLLM_RESULTS  objects    <run>/<unit>/<attempt>/…  files of attempts
//	DLLM_LOCKS    key-value  hosts and endpoints in use, with a time limit
//	DLLM_WORKERS  key-value  workers at work, with a time limit
//
// A message is delivered until it is acknowledged, so that a unit may be done more than
// once: by a worker that was thought dead and by the one that took over. Its files are
// stored under a name of their own, and a key that can be created only once says which
// of them count. What lost that race is listed, and never merged.
//
// The package moves bytes: what a unit is and how it is done is the caller's business
// ([Task], [Worker.Do]).
package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Names on the server.
const (
	queueName   = "DLLM_Q"
	runsName    = "DLLM_RUNS"
	landName    = "DLLM_LAND"
	resultsName = "DLLM_RESULTS"
	locksName   = "DLLM_LOCKS"
	workersName = "DLLM_WORKERS"
)

// MaxDeliver is how often a unit is given to a worker before it counts as failed.
const MaxDeliver = 3

// Default and bounds of [Setup.AckWait].
const (
	DefaultAckWait = time.Minute
	minAckWait     = 100 * time.Millisecond
)

// Setup is what the first publisher decides for all.
type Setup struct {
	// AckWait is how long a worker may be silent before its unit is given to another
	// one, and its locks to others; 0 is [DefaultAckWait].
	AckWait  time.Duration
	Replicas int // servers that keep each message; 0 is 1
}

// ErrNoQueue says that nobody has submitted anything to this server.
var ErrNoQueue = errors.New("the server has no queue yet: submit a scenario first")

// Run is what a publisher asks for.
type Run struct {
	ID       string          `json:"id"`
	Class    string          `json:"class"` // of the workers, see [Machine]
	Build    string          `json:"build"` // of the program that made the units
	Scenario string          `json:"scenario"`
	Units    int             `json:"units"`
	Divided  string          `json:"divided"` // digest of the ids of the units; Submit sets it
	Created  string          `json:"created"` // RFC 3339
	Job      json.RawMessage `json:"job"`     // what a worker needs to know
}

// key tells a run from another one that had its id before and was removed.
func (r Run) key() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s", r.Class, r.Build, r.Divided, r.Job))
	return fmt.Appendf(nil, "%x", sum[:8])
}

// stored is the name of an object that is kept with a run: another run that tries to take its id at the same
// moment stores its own under another name.
func (r Run) stored(what string) string { return fmt.Sprintf("%s/%s/%s", r.ID, r.key(), what) }

// token is a name that may be a part of a subject.
var token = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

// CheckID says what is wrong with the id of a run.
func CheckID(id string) error {
	if !token.MatchString(id) {
		return &NameError{fmt.Sprintf("%.120q is no id of a run: allowed are up to 100 letters, digits, - and _", id)}
	}
	return nil
}

// NameError says that a run or a class cannot have a name.
type NameError struct{ text string }

func (e *NameError) Error() string { return e.text }

// Cluster is a connection to the server.
type Cluster struct {
	nc      *nats.Conn
	js      jetstream.JetStream
	queue   jetstream.Stream
	runs    jetstream.KeyValue
	land    jetstream.KeyValue
	results jetstream.ObjectStore
	locks   jetstream.KeyValue
	workers jetstream.KeyValue
	wait    time.Duration // Setup.AckWait, as the server has it
}

// Create makes what is missing on the server and connects to it. What is there stays as it is.
func Create(ctx context.Context, nc *nats.Conn, set Setup) (*Cluster, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	if set.AckWait == 0 {
		set.AckWait = DefaultAckWait
	}
	set.AckWait, set.Replicas = max(set.AckWait, minAckWait), max(set.Replicas, 1)
	_, err = js.CreateStream(ctx, jetstream.StreamConfig{
		Name: queueName, Description: "Units of dllmbench runs that are to be done", Subjects: []string{"q.*.*.*"},
		Retention: jetstream.WorkQueuePolicy, Storage: jetstream.FileStorage, Replicas: set.Replicas, DenyDelete: true,
		MaxMsgsPerSubject: 1, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true,
	})
	if err != nil && !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
		return nil, said("the queue", err)
	}
	for _, kv := range []jetstream.KeyValueConfig{
		{Bucket: runsName, MaxValueSize: -1},
		{Bucket: landName},
		{Bucket: locksName, TTL: set.AckWait},
		{Bucket: workersName, TTL: 2 * set.AckWait},
	} {
		kv.Replicas = set.Replicas
		if _, err := js.CreateKeyValue(ctx, kv); err != nil && !errors.Is(err, jetstream.ErrBucketExists) {
			return nil, said(kv.Bucket, err)
		}
	}
	_, err = js.CreateObjectStore(ctx, jetstream.ObjectStoreConfig{Bucket: resultsName, Replicas: set.Replicas, Compression: true})
	if err != nil && !errors.Is(err, jetstream.ErrBucketExists) {
		return nil, said(resultsName, err)
	}
	return Open(ctx, nc)
}

// Open connects to what [Create] has made. The error is [ErrNoQueue] where nobody has.
func Open(ctx context.Context, nc *nats.Conn) (*Cluster, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, err
	}
	c := &Cluster{nc: nc, js: js}
	open := func(what string, err error) error {
		switch {
		case errors.Is(err, jetstream.ErrStreamNotFound), errors.Is(err, jetstream.ErrBucketNotFound):
			return ErrNoQueue
		case err != nil:
			return said(what, err)
		}
		return nil
	}
	if c.queue, err = js.Stream(ctx, queueName); err != nil {
		return nil, open("the queue", err)
	}
	for name, kv := range map[string]*jetstream.KeyValue{runsName: &c.runs, landName: &c.land, locksName: &c.locks, workersName: &c.workers} {
		if *kv, err = js.KeyValue(ctx, name); err != nil {
			return nil, open(name, err)
		}
	}
	if c.results, err = js.ObjectStore(ctx, resultsName); err != nil {
		return nil, open(resultsName, err)
	}
	locks, err := c.locks.Status(ctx)
	if err != nil {
		return nil, open(locksName, err)
	}
	c.wait = locks.TTL()
	return c, nil
}

// said names what of the server an error is about.
func said(what string, err error) error {
	if err == nil {
		return nil
	}
	var api *jetstream.APIError
	if errors.As(err, &api) && (api.ErrorCode == noReplicas || api.ErrorCode == noPeers) {
		err = errors.New("--replicas needs as many NATS servers in one cluster as it says, and this server does not have them: give fewer, or 1 for a single server")
	}
	if errors.Is(err, jetstream.ErrJetStreamNotEnabled) || errors.Is(err, nats.ErrNoResponders) {
		err = errors.New("the server has no JetStream: start it with -js, or with dllmbench cluster server")
	}
	return fmt.Errorf("%s: %w", what, err)
}

// What the server says of replicas that it cannot keep: it is alone, or its cluster is too small.
const noReplicas, noPeers = 10074, 10005

// Setup is what the first publisher has decided.
func (c *Cluster) Setup() Setup {
	return Setup{AckWait: c.wait, Replicas: c.queue.CachedInfo().Config.Replicas}
}

func subject(run, class, unit string) string { return "q." + run + "." + class + "." + unit }

// Run reads what a run asks for.
func (c *Cluster) Run(ctx context.Context, id string) (Run, error) {
	if err := CheckID(id); err != nil {
		return Run{}, err
	}
	e, err := c.runs.Get(ctx, id)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return Run{}, &UnknownRunError{id}
	}
	if err != nil {
		return Run{}, said("run "+id, err)
	}
	var r Run
	if err := json.Unmarshal(e.Value(), &r); err != nil || r.ID != id || !token.MatchString(r.Class) || r.Units < 0 || r.Units > MaxUnits {
		return Run{}, fmt.Errorf("the record of run %s on the server is damaged", id)
	}
	return r, nil
}

// UnknownRunError says that the server knows no such run.
type UnknownRunError struct{ ID string }

func (e *UnknownRunError) Error() string { return fmt.Sprintf("the server knows no run %q", e.ID) }

// Runs lists all runs, the newest last.
func (c *Cluster) Runs(ctx context.Context) (list []Run, err error) {
	err = each(ctx, c.runs, ">", 0, func(e jetstream.KeyValueEntry) error {
		var r Run
		if e.Operation() == jetstream.KeyValuePut && json.Unmarshal(e.Value(), &r) == nil && r.ID == e.Key() {
			r.Job = nil
			list = append(list, r)
		}
		return nil
	})
	return list, err
}

// each visits the last values of keys, those of a later revision than after.
func each(ctx context.Context, kv jetstream.KeyValue, keys string, after uint64, visit func(jetstream.KeyValueEntry) error) error {
	var opts []jetstream.WatchOpt
	if after > 0 {
		opts = append(opts, jetstream.ResumeFromRevision(after+1))
	}
	w, err := kv.Watch(ctx, keys, opts...)
	if err != nil {
		return said(kv.Bucket(), err)
	}
	defer w.Stop()
	quiet := time.NewTimer(patience)
	defer quiet.Stop()
	for {
		select {
		case e, open := <-w.Updates():
			if e == nil || !open { // all that there is now
				return ctx.Err()
			}
			if err := visit(e); err != nil {
				return err
			}
			quiet.Reset(patience)
		case <-quiet.C:
			return fmt.Errorf("%s: the server has not answered within %v", kv.Bucket(), patience)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// patience is how long one answer of the server may take.
const patience = 10 * time.Second
