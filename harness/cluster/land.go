package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"dllmbench/engines/userfile"
)

// Landed says what became of a unit. There is one for each, made once.
type Landed struct {
	Unit    string `json:"-"`
	Attempt string `json:"attempt"`
	Failed  string `json:"failed,omitempty"` // why it was given up; "" where it was done
	Files   []File `json:"files,omitempty"`
	Host    string `json:"host"`
	Class   string `json:"class"`
	Build   string `json:"build"`
	Worker  string `json:"worker"`
	Landed  string `json:"landed"` // RFC 3339
}

// File is a file of an attempt on the server.
type File struct {
	Name   string `json:"name"`
	Size   uint64 `json:"size"`
	SHA256 string `json:"sha256"` // in hex
}

// Is reports whether a file of this machine has the same content.
func (f File) Is(path string) bool {
	in, err := userfile.Open(path)
	if err != nil {
		return false
	}
	defer in.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, in)
	return err == nil && uint64(n) == f.Size && fmt.Sprintf("%x", sum.Sum(nil)) == f.SHA256
}

func object(run string, l Landed, file string) string {
	return run + "/" + l.Unit + "/" + l.Attempt + "/" + file
}

// writes is a function that is called for all that is written.
type writes func()

func (f writes) Write(p []byte) (int, error) {
	f()
	return len(p), nil
}

// store puts the files of an attempt on the server. alive is called while it advances.
func (c *Cluster) store(ctx context.Context, run string, l *Landed, paths map[string]string, alive func()) error {
	for name, path := range paths {
		f, err := userfile.Open(path)
		if err != nil {
			return err
		}
		sum := sha256.New()
		info, err := c.results.Put(ctx, jetstream.ObjectMeta{Name: object(run, *l, name)}, io.TeeReader(f, io.MultiWriter(sum, writes(alive))))
		f.Close()
		if err != nil {
			return said("the results of unit "+l.Unit, err)
		}
		l.Files = append(l.Files, File{name, info.Size, fmt.Sprintf("%x", sum.Sum(nil))})
	}
	return nil
}

// settle writes what became of a unit, unless that stands already.
func (c *Cluster) settle(ctx context.Context, run string, l Landed) (first bool, err error) {
	l.Landed = now()
	value, err := json.Marshal(l)
	if err != nil {
		return false, err
	}
	_, err = c.land.Create(ctx, run+"."+l.Unit, value)
	if errors.Is(err, jetstream.ErrKeyExists) || conflict(err) {
		e, err := c.land.Get(ctx, run+"."+l.Unit) // an answer may have been lost: then it is this one
		if err != nil {
			return false, said("unit "+l.Unit, err)
		}
		var there Landed
		return json.Unmarshal(e.Value(), &there) == nil && there.Attempt == l.Attempt, nil
	}
	return err == nil, said("unit "+l.Unit, err)
}

// conflict reports whether a key was not what a change of it expected.
func conflict(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

// landed visits what became of the units of a run, where that was written after a revision.
// A unit that is to be done again has an attempt of "".
func (c *Cluster) landed(ctx context.Context, run string, after uint64, visit func(l Landed, revision uint64) error) error {
	return each(ctx, c.land, run+".*", after, func(e jetstream.KeyValueEntry) error {
		l := Landed{}
		if e.Operation() == jetstream.KeyValuePut {
			if err := json.Unmarshal(e.Value(), &l); err != nil || l.Attempt == "" {
				return fmt.Errorf("the record of %s on the server is damaged", e.Key())
			}
		} else if after == 0 {
			return nil
		}
		l.Unit = strings.TrimPrefix(e.Key(), run+".")
		return visit(l, e.Revision())
	})
}

// Fetch writes a file of a unit that has landed, and checks it.
func (c *Cluster) Fetch(ctx context.Context, run string, l Landed, f File, w io.Writer) error {
	name := object(run, l, f.Name)
	o, err := c.results.Get(ctx, name)
	if err != nil {
		return said(name, err)
	}
	defer o.Close()
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), io.LimitReader(o, int64(f.Size)+1))
	if err != nil {
		return said(name, err)
	}
	if got := fmt.Sprintf("%x", sum.Sum(nil)); n != int64(f.Size) || got != f.SHA256 {
		return fmt.Errorf("%s has %d bytes and digest %.12s, and %d and %.12s were stored: it is damaged", name, n, got, f.Size, f.SHA256)
	}
	return nil
}

// losers lists the files of a run that belong to no attempt that counts; kept are these by unit.
func (c *Cluster) losers(ctx context.Context, run string, kept map[string]string) (list []string, err error) {
	err = c.objects(ctx, run, func(o *jetstream.ObjectInfo) {
		part := strings.Split(o.Name, "/")
		if len(part) == 4 && kept[part[1]] != "" && kept[part[1]] != part[2] {
			list = append(list, o.Name)
		}
	})
	return list, err
}

// objects visits what is stored of a run.
func (c *Cluster) objects(ctx context.Context, run string, visit func(*jetstream.ObjectInfo)) error {
	w, err := c.results.Watch(ctx, jetstream.IgnoreDeletes())
	if err != nil {
		return said(resultsName, err)
	}
	defer w.Stop()
	quiet := time.NewTimer(patience)
	defer quiet.Stop()
	for {
		select {
		case o := <-w.Updates():
			if o == nil {
				return ctx.Err()
			}
			quiet.Reset(patience)
			if strings.HasPrefix(o.Name, run+"/") {
				visit(o)
			}
		case <-quiet.C:
			return fmt.Errorf("%s: the server has not answered within %v", resultsName, patience)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
