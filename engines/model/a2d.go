package model

// The networks of dLLM's A2D are those of autoregressive weights that were
// trained on to fill masks. No key of their files says which token the mask is
// (mask_token_id), nor that some were trained in blocks (context, block_size).
var (
	a2dLlama = a2d("A2DLlamaLMHeadModel", llama)
	a2dQwen2 = a2d("A2DQwen2LMHeadModel", qwen2)
	a2dQwen3 = a2d("A2DQwen3LMHeadModel", qwen3)
)

func a2d(class string, from architecture) architecture {
	from.class = class
	return from
}
