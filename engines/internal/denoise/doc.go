// Package denoise holds the one denoising loop that full diffusion and block
// diffusion share, and the rules that run in it.
//
// The answer is a canvas of mask tokens, cut into blocks that are finished from
// left to right (one block over the whole canvas for plain full diffusion). A
// [Decoder] is a composition: a [Layout] (attention mask and cache), a [Rule]
// (which positions a step writes or takes back, made of the proposals,
// confidences and selectors of package sample), block lengths and a stop rule.
// The loop knows none of the published names; each of them is such a
// composition, in a file of its own.
//
// One step goes
//
//	Rule.Plan → Layout.Lay → forward pass → Rule.Choose → counters and events
//
// Logits are asked for the positions that the rule named in Plan and for no
// others. A step whose plan names none needs no pass, and none is run: that is
// the forward caching of MDLM, and the reason why steps are not passes.
package denoise
