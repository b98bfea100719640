package exports

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"dllmbench/engines/userfile"
	"dllmbench/reports/mlflow"
	"dllmbench/reports/otel"
	"dllmbench/reports/push"
)

// toMLflow sends a run to an MLflow tracking server.
func toMLflow(ctx context.Context, r *Run, to push.Target) (string, error) {
	s, err := push.Open(to)
	if err != nil {
		return "", err
	}
	v, err := r.View()
	if err != nil {
		return "", err
	}
	open := func() (io.ReadCloser, error) { return userfile.Open(r.path) }
	f, err := open()
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	done, err := mlflow.Export(ctx, s, to.Experiment, v, mlflow.Records{SHA256: fmt.Sprintf("%x", sum.Sum(nil)), Open: open})
	if err != nil {
		return "", err
	}
	said := fmt.Sprintf("run %s in the experiment %s: %d cells written, %d were there", done.Parent, to.Experiment, done.Created, done.Were)
	if done.Created > 0 && !done.File {
		said += "; results.jsonl was not sent, because the server does not take files itself"
	}
	return said, nil
}

// toCollector sends the messages of a run to an OTLP/HTTP endpoint.
func toCollector(ctx context.Context, r *Run, to push.Target) (string, error) {
	s, err := push.Open(to)
	if err != nil {
		return "", err
	}
	v, err := r.View()
	if err != nil {
		return "", err
	}
	n := 0
	err = otel.Each(v, r.index.RequestsOf, func(data []byte) error {
		n++
		text, err := s.Send(ctx, http.MethodPost, "/v1/metrics", "application/json", bytes.NewReader(data))
		if err != nil {
			return err
		}
		var answer struct {
			Partial struct {
				Rejected any    `json:"rejectedDataPoints"` // a number, as text in OTLP's JSON
				Message  string `json:"errorMessage"`
			} `json:"partialSuccess"`
		}
		if json.Unmarshal(text, &answer) == nil && answer.Partial.Rejected != nil && fmt.Sprint(answer.Partial.Rejected) != "0" {
			return fmt.Errorf("the collector rejected %.20v data points: %.200q", answer.Partial.Rejected, answer.Partial.Message)
		}
		return nil
	})
	return fmt.Sprintf("%d messages sent", n), err
}
