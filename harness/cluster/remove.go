package cluster

import (
	"context"
	"encoding/base64"

	"github.com/nats-io/nats.go/jetstream"
)

// Remains is what the server has of a run.
type Remains struct {
	Queued int    // units that are queued or at work
	Landed int    // units that are done or failed
	Files  int    // those of attempts that do not count included
	Bytes  uint64 // of the files
}

// Remove takes a run off the server, for ever: its units, what became of them and their files. A worker that
// is at work on one of them finds out when it is done. Unless sure, it only says what there is. What a
// removal that was broken off has left is removed by another one. The error is an [*UnknownRunError]
// where there is nothing.
func (c *Cluster) Remove(ctx context.Context, id string, sure bool) (there Remains, err error) {
	if err := CheckID(id); err != nil {
		return there, err
	}
	_, unknown := c.Run(ctx, id)
	info, err := c.queue.Info(ctx, jetstream.WithSubjectFilter(subject(id, "*", "*")))
	if err != nil {
		return there, said("the queue", err)
	}
	there.Queued = len(info.State.Subjects)
	if err := c.landed(ctx, id, 0, func(Landed, uint64) error { there.Landed++; return nil }); err != nil {
		return there, err
	}
	var stored []string // the subjects of its objects
	err = c.objects(ctx, id, func(o *jetstream.ObjectInfo) {
		there.Files++
		there.Bytes += o.Size
		stored = append(stored, "$O."+resultsName+".C."+o.NUID, "$O."+resultsName+".M."+base64.URLEncoding.EncodeToString([]byte(o.Name)))
	})
	switch {
	case err != nil:
		return there, err
	case unknown != nil && there == Remains{}:
		return there, unknown
	case !sure:
		return there, nil
	}
	for _, s := range []struct {
		stream   string
		subjects []string
	}{
		{"KV_" + runsName, []string{"$KV." + runsName + "." + id}}, // first: who asks for the run does no more for it
		{queueName, []string{subject(id, "*", "*")}},
		{"KV_" + landName, []string{"$KV." + landName + "." + id + ".*"}},
		{"OBJ_" + resultsName, stored},
	} {
		stream, err := c.js.Stream(ctx, s.stream)
		for _, what := range s.subjects {
			if err == nil {
				err = stream.Purge(ctx, jetstream.WithPurgeSubject(what))
			}
		}
		if err != nil {
			return there, said(s.stream, err)
		}
	}
	return there, nil
}
