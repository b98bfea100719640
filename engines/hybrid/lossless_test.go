package hybrid

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"dllmbench/engines"
	"dllmbench/engines/autoregressive"
	"dllmbench/engines/enginetest"
	"dllmbench/engines/model"
	"dllmbench/engines/network"
	"dllmbench/engines/usage"
)

// wavering is a network whose rows say something new for every text in sight,
// but favour one token at each position whatever the text is, so that drafts
// are sometimes right.
func wavering() network.Network {
	return enginetest.NewTable(9, 64, func(row []float32, visible []int32, pos int) {
		at := enginetest.Target(visible, pos)
		seed := uint64(at)
		for _, id := range visible {
			seed = seed*31 + uint64(id)
		}
		rng := rand.New(rand.NewPCG(seed, 1))
		for i := range row {
			row[i] = 2 * rng.Float32()
		}
		row[enginetest.First+int32(at*7%9)] += 2
		row[enginetest.Pad] += 1
	})
}

// randomBatch draws requests of all kinds.
func randomBatch(rng *rand.Rand, symbols int32) []engines.Request {
	var batch []engines.Request
	for range 1 + rng.IntN(4) {
		req := engines.Request{Budget: 1 + rng.IntN(24), Seed: rng.Uint64()}
		for range 1 + rng.IntN(12) {
			req.Prompt = append(req.Prompt, enginetest.First+rng.Int32N(symbols))
		}
		if rng.IntN(2) == 0 {
			req.Stop = []int32{enginetest.End, enginetest.First + 1}
		}
		if rng.IntN(3) == 0 {
			for i := range req.Budget {
				id := engines.Gap
				if i > 0 && rng.IntN(3) == 0 {
					id = enginetest.First + 2 + rng.Int32N(symbols-2)
				}
				req.Template = append(req.Template, id)
			}
		}
		batch = append(batch, req)
	}
	return batch
}

// At temperature 0 every composition gives the text of greedy autoregressive
// decoding, and with verification by match every composition gives that of
// sampling with the same seed, bit for bit: for any seed, length, block length,
// number of draft steps, template and batch, with the cache and without.
func TestTextOfAutoregressiveDecoding(t *testing.T) {
	nets := map[string]network.Network{"transformer": enginetest.NewSession(t), "table": wavering()}
	for _, shift := range []bool{true, false} {
		cfg := enginetest.Config(12, 64)
		cfg.Shift = shift
		s := model.NewSession(model.Random(cfg, 5), 2)
		t.Cleanup(s.Close)
		nets[fmt.Sprint("shift ", shift)] = s
	}
	for name, net := range nets {
		rng := rand.New(rand.NewPCG(2, 3))
		accepted := 0
		for round := range 30 {
			sampling := engines.Options{"temperature": []float64{0, 0.4, 1}[round%3], "top_p": []float64{1, 0.8}[round%2]}
			opts := engines.Options{
				"block_length": 1 + rng.IntN(12), "draft_steps": 1 + rng.IntN(4), "threshold": []float64{0.1, 0.4, 2}[rng.IntN(3)],
				"draft": []string{"argmax", "sample"}[rng.IntN(2)], "cache": []string{"exact", "none"}[rng.IntN(2)],
			}
			if round%3 == 0 { // at temperature 0 there is no ratio but 0 and 1
				opts["verify"] = []string{"match", "ratio"}[rng.IntN(2)]
			}
			for key, v := range sampling {
				opts[key] = v
			}
			batch := randomBatch(rng, 9)
			reference, err := autoregressive.New(net, "sample", sampling)
			if err != nil {
				t.Fatal(err)
			}
			want, err := reference.Generate(context.Background(), batch, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := subject.Must(t, net, "self-speculation", opts).Generate(context.Background(), batch, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i := range batch {
				enginetest.CheckResult(t, batch[i], got[i])
				if !slices.Equal(got[i].Tokens, want[i].Tokens) || got[i].Finish != want[i].Finish {
					t.Errorf("%s, %v:\nhybrid         %v %s\nautoregressive %v %s", name, opts, got[i].Tokens, got[i].Finish, want[i].Tokens, want[i].Finish)
				}
				u := got[i].Usage
				if u.N(usage.NFE) > want[i].Usage.N(usage.NFE) || u.N(usage.NFE) < want[i].Usage.N(usage.NFE)-u.N(usage.AcceptedTokens) {
					t.Errorf("%s, %v: %d passes with %d tokens accepted, %d without drafts", name, opts, u.N(usage.NFE), u.N(usage.AcceptedTokens), want[i].Usage.N(usage.NFE))
				}
				accepted += u.N(usage.AcceptedTokens)
			}
		}
		if name == "table" && accepted < 100 {
			t.Errorf("only %d tokens were accepted: the test shows little", accepted)
		}
	}
}
