package result

// request reads a whole line; false where it is not as a Writer writes it.
func (s *scan) request(r *Request) bool {
	s.object(func(key []byte) { s.requestField(r, key) })
	return !s.bad && s.i == len(s.b)
}

func (s *scan) requestField(r *Request, key []byte) {
	switch string(key) {
	case "type":
		r.Type = s.word()
	case "cell":
		r.Cell = s.word()
	case "weights_digest":
		r.Digest = s.word()
	case "repetition":
		r.Repetition = int(s.int())
	case "pair_block":
		r.PairBlock = int(s.int())
	case "order":
		r.Order = int(s.int())
	case "session":
		r.Session = int(s.int())
	case "instance":
		r.Instance = s.word()
	case "rung":
		r.Rung = s.word()
	case "seed":
		r.Seed = s.unsigned()
	case "sample":
		r.Sample = int(s.int())
	case "status":
		r.Status = s.word()
	case "error":
		r.Error = s.text()
	case "finish":
		r.Finish = s.word()
	case "prompt_tokens":
		r.PromptTokens = int(s.int())
	case "canvas_positions":
		r.CanvasPositions = int(s.int())
	case "committed_tokens":
		r.CommittedTokens = int(s.int())
	case "revised_tokens":
		r.RevisedTokens = int(s.int())
	case "useful_tokens":
		r.UsefulTokens = int(s.int())
	case "nfe":
		r.NFE = int(s.int())
	case "denoising_steps":
		r.DenoisingSteps = int(s.int())
	case "query_tokens":
		r.QueryTokens = s.int()
	case "attended_keys":
		r.AttendedKeys = s.int()
	case "logit_rows":
		r.LogitRows = s.int()
	case "flops":
		r.FLOPs = s.int()
	case "weight_bytes":
		r.WeightBytes = s.int()
	case "cache_read_bytes":
		r.CacheReadBytes = s.int()
	case "cache_write_bytes":
		r.CacheWriteBytes = s.int()
	case "peak_cache_bytes":
		r.PeakCacheBytes = s.int()
	case "sampled_logits":
		r.SampledLogits = s.int()
	case "drafted_tokens":
		r.DraftedTokens = int(s.int())
	case "accepted_tokens":
		r.AcceptedTokens = int(s.int())
	case "verifying_passes":
		r.VerifyingPasses = int(s.int())
	case "prefill":
		s.work(&r.Prefill)
	case "commit":
		s.work(&r.Commit)
	case "denoise":
		s.work(&r.Denoise)
	case "spent":
		r.Spent = s.spent()
	case "draft":
		s.json(&r.Draft)
	case "untrained":
		s.json(&r.Untrained)
	case "void":
		r.Void = s.word()
	case "ttft_ns":
		r.TTFTNs = s.intPointer()
	case "ttfc_ns":
		r.TTFCNs = s.intPointer()
	case "ttfb_ns":
		r.TTFBNs = s.intPointer()
	case "e2e_ns":
		r.E2ENs = s.intPointer()
	case "intended_ns":
		r.IntendedNs = s.intPointer()
	case "batch_size":
		r.BatchSize = int(s.int())
	case "queue_ns":
		r.QueueNs = s.intPointer()
	case "batch_ns":
		r.BatchNs = s.intPointer()
	case "chunks":
		r.Chunks = s.chunks()
	case "energy_uj":
		r.EnergyUJ = s.intPointer()
	case "peak_bytes":
		r.PeakBytes = s.intPointer()
	case "unscored":
		r.Unscored = s.word()
	case "exact":
		r.Exact = s.boolPointer()
	case "partial":
		r.Partial = s.floatPointer()
	case "violations":
		r.Violations = s.wholePointer()
	case "constraints":
		r.Constraints = s.wholePointer()
	case "broken":
		s.kept(&r.Broken)
	case "aspects":
		s.json(&r.Aspects)
	case "log_prob":
		r.LogProb = s.floatPointer()
	case "in_support":
		r.InSupport = s.boolPointer()
	case "judge_nats":
		r.JudgeNats = s.floatPointer()
	case "judge_tokens":
		r.JudgeTokens = s.wholePointer()
	case "output":
		r.Output = s.written()
	case "output_sha256":
		r.OutputSHA256 = s.written()
	case "extra":
		s.kept(&r.Extra)
	default:
		s.fail()
	}
}

func (s *scan) work(w *Work) {
	s.object(func(key []byte) {
		switch string(key) {
		case "passes":
			w.Passes = int(s.int())
		case "query_tokens":
			w.QueryTokens = s.int()
		case "attended_keys":
			w.AttendedKeys = s.int()
		case "logit_rows":
			w.LogitRows = s.int()
		case "flops":
			w.FLOPs = s.int()
		case "weight_bytes":
			w.WeightBytes = s.int()
		case "cache_read_bytes":
			w.CacheReadBytes = s.int()
		case "cache_write_bytes":
			w.CacheWriteBytes = s.int()
		default:
			s.fail()
		}
	})
}

func (s *scan) spent() *Spent {
	if s.null() {
		return nil
	}
	var out Spent
	s.object(func(key []byte) {
		switch string(key) {
		case "forward_ns":
			out.ForwardNs = s.int()
		case "sampling_ns":
			out.SamplingNs = s.int()
		case "bookkeeping_ns":
			out.BookkeepingNs = s.int()
		default:
			s.fail()
		}
	})
	return slab(&s.d.spent, out)
}
