package model

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/network"
)

// A key of config.json is a field of [Config], one of fixed, or one of harmless.
// Any other stops the load: it may change the network, and an answer of another
// network is worse than none.

// A rule says which values of a key give a network that is computed here.
type rule struct {
	allowed string
	ok      func(value string, all map[string]entry) bool
}

// fixed are keys that change the network of any architecture, with the values
// under which it is still one that this package computes.
var fixed = map[string]rule{
	"rope_scaling":          {"null or " + knownRotary, isRotary},
	"rope_parameters":       {knownRotary + ", with its rope_theta", isRotary},
	"partial_rotary_factor": {"1", oneOf("1", "1.0")},
	"rope_interleaved":      {"false", oneOf("false")},
	"use_mrope":             {"false", oneOf("false")},
	"mlp_bias":              {"false", oneOf("false")},
	"layer_norm_eps":        {"null", oneOf()},
	"use_sliding_window":    {"false", oneOf("false")},
	"sliding_window": {"null, or use_sliding_window false beside it", func(v string, all map[string]entry) bool {
		return v == "null" || string(all["use_sliding_window"].value) == "false"
	}},
	"layer_types":                 {`null or "full_attention" for every layer`, fullAttention},
	"quantization_config":         {"null", oneOf()},
	"compression_config":          {"null", oneOf()},
	"attn_logit_softcapping":      {"null", oneOf()},
	"final_logit_softcapping":     {"null", oneOf()},
	"add_cross_attention":         {"false", oneOf("false")},
	"cross_attention_hidden_size": {"null", oneOf()},
	"is_encoder_decoder":          {"false", oneOf("false")},
	"tie_encoder_decoder":         {"false", oneOf("false")},
	"pruned_heads":                {"{}", oneOf("{}")},
	"bd_size":                     {"null (context and block_size are the keys for it)", oneOf()},
}

// harmless are keys that say nothing about the function that the network computes
// at inference, whatever their value.
var harmless = strings.Fields(`
	_name_or_path _commit_hash transformers_version transformers.js_config auto_map dtype torchscript use_bfloat16 tf_legacy_loss
	_attn_implementation _attn_implementation_autoset attn_implementation attn_impl pretraining_tp chunk_size_feed_forward is_decoder is_llama_config
	bos_token_id sep_token_id cls_token_id unk_token_id decoder_start_token_id tokenizer_class prefix
	use_cache output_attentions output_hidden_states output_scores return_dict return_dict_in_generate
	initializer_range attention_dropout hidden_dropout resid_pdrop embd_pdrop attn_pdrop max_window_layers
	debug ep_size fuse_cross_entropy micro_forward skip_checkpoint unsloth_version unsloth_fixed
	id2label label2id problem_type finetuning_task task_specific_params
	max_length min_length do_sample early_stopping num_beams num_beam_groups diversity_penalty temperature top_k top_p typical_p repetition_penalty
	length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size bad_words_ids num_return_sequences exponential_decay_length_penalty
	suppress_tokens begin_suppress_tokens forced_bos_token_id forced_eos_token_id remove_invalid_values`)

// oneOf allows null and these values.
func oneOf(values ...string) func(string, map[string]entry) bool {
	return func(v string, _ map[string]entry) bool { return v == "null" || slices.Contains(values, v) }
}

// must allows these values of a key that cannot be left out, may also no value.
func must(values ...string) rule {
	return rule{strings.Join(values, " or "), func(v string, _ map[string]entry) bool { return slices.Contains(values, v) }}
}

func may(values ...string) rule {
	return rule{strings.Join(values, " or "), must(append(values, "")...).ok}
}

// unset adds keys of other architectures to rules: they may be null alone.
func unset(keys string, rules map[string]rule) map[string]rule {
	for _, key := range strings.Fields(keys) {
		rules[key] = rule{"null", oneOf("")}
	}
	return rules
}

func fullAttention(v string, _ map[string]entry) bool {
	var types []string
	return json.Unmarshal([]byte(v), &types) == nil && !slices.ContainsFunc(types, func(t string) bool { return t != "full_attention" })
}

// strict decodes one value whose keys all have to be known.
func strict(value []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(value))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

// entry is a key of the file with its value.
type entry struct {
	at    int // in the file
	value json.RawMessage
}

// place is that of an offset in the file, as file:line:column.
func place(text []byte, at int) string {
	before := text[:min(at, len(text))]
	return fmt.Sprintf("%s:%d:%d", ConfigFile, 1+bytes.Count(before, []byte("\n")), len(before)-bytes.LastIndexByte(before, '\n'))
}

// entries reads the keys of an object; the error has its place in the file.
func entries(text []byte) (all map[string]entry, order []string, err error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	fail := func(err error) (map[string]entry, []string, error) {
		at := int(dec.InputOffset())
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			at = int(syntax.Offset)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the file ends early")
		}
		return nil, nil, fmt.Errorf("%s: %w", place(text, at), err)
	}
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return fail(errors.Join(errors.New("the file is not a JSON object"), err))
	}
	all = map[string]entry{}
	for dec.More() {
		at := int(dec.InputOffset())
		at += bytes.IndexByte(text[at:], '"') // behind white space and a comma
		key, err := dec.Token()
		if err != nil {
			return fail(err)
		}
		e := entry{at: at}
		name := key.(string) // the decoder allows nothing else as the key of an object
		if _, twice := all[name]; twice {
			return nil, nil, fmt.Errorf("%s: %s is given twice", place(text, at), name)
		}
		if err := dec.Decode(&e.value); err != nil {
			return fail(err)
		}
		all[name], order = e, append(order, name)
	}
	if _, err := dec.Token(); err != nil {
		return fail(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return fail(errors.New("text goes on behind the object"))
	}
	return all, order, nil
}

// ParseConfig reads config.json and fills in the defaults of transformers. Every
// key is honoured, known to be harmless, or an error with its place in the file.
func ParseConfig(text []byte) (Config, error) {
	c := Config{RopeTheta: 10000, NormEps: 1e-6, HiddenAct: "silu", MaskToken: network.NoToken, Pad: network.NoToken}
	all, order, err := entries(text)
	if err != nil {
		return c, err
	}
	var errs []error
	fail := func(key, format string, args ...any) {
		// The place of a key that is missing is the beginning.
		errs = append(errs, fmt.Errorf("%s: %s", place(text, all[key].at), fmt.Sprintf(format, args...)))
	}
	kind := all["model_type"].value
	if _, experts := all["num_experts"]; experts && string(kind) == `"llada"` {
		kind = []byte(`"lladamoe"`) // as its first files call it
	}
	if json.Unmarshal(kind, &c.ModelType) != nil || !c.known() {
		fail("model_type", "model_type is %s, allowed is one of %s", cmp.Or(brief(kind), "missing"), modelTypes())
		return c, errs[0] // other keys have other meanings there
	}
	arch := c.architecture()
	c.begin()
	if arch.sliding {
		c.rotaryByLayer(all, fail)
	}
	fields := c.fields(arch)
	for _, key := range slices.Sorted(maps.Keys(arch.fixed)) {
		if _, given := all[key]; !given && !arch.fixed[key].ok("", all) {
			fail(key, "%s is missing, allowed is %s", key, arch.fixed[key].allowed)
		}
	}
	for _, key := range order {
		if len(errs) == maxErrors {
			break
		}
		value := all[key].value
		field, honoured := fields[key]
		rule, listed := arch.fixed[key]
		if !listed && !slices.Contains(slices.Collect(maps.Keys(arch.spelling)), key) {
			rule, listed = fixed[key]
		}
		switch {
		case honoured && !listed:
			if err := strict(value, field.Addr().Interface()); err != nil {
				fail(key, "%s is %s, wanted is %s", key, brief(value), cmp.Or(wanted[field.Kind()], err.Error()))
			} else if n, zero := field.Interface().(int); zero && n == 0 && string(value) != "null" && !slices.Contains([]any{&c.BlockSize, &c.DenseLayers, &c.SharedExperts}, field.Addr().Interface()) {
				fail(key, "%s is 0, allowed is 1 or more", key) // what is left out, or null, has a default
			} else if field.Kind() == reflect.Float64 && field.IsZero() && string(value) != "null" {
				fail(key, "%s is 0, allowed is more", key) // likewise
			}
		case listed && !rule.ok(string(value), all):
			fail(key, "%s is %s, allowed is %s: such a network is not computed here", key, brief(value), rule.allowed)
		case !listed && !slices.Contains(harmless, key) && !slices.Contains(arch.harmless, key):
			known := slices.Concat(slices.Sorted(maps.Keys(fields)), slices.Sorted(maps.Keys(arch.fixed)), slices.Sorted(maps.Keys(fixed)), harmless, arch.harmless)
			near := ""
			if name := engines.Nearest(key, known); name != "" {
				near = fmt.Sprintf("; the nearest known key is %s", name)
			}
			fail(key, "the key %.60q is not known and may change the network%s", key, near)
		}
	}
	for _, key := range []string{"rope_scaling", "rope_parameters"} {
		scaling, theta, share, _ := rotary(all[key].value)
		if share != nil && *share != cmp.Or(c.RotaryShare, 1) {
			fail(key, "%s has the partial_rotary_factor %g, allowed is %g", key, *share, cmp.Or(c.RotaryShare, 1))
		}
		if scaling != nil && c.Scaling != nil && *scaling != *c.Scaling {
			fail(key, "%s scales positions otherwise than rope_scaling", key)
		}
		c.Scaling = cmp.Or(scaling, c.Scaling)
		if _, both := all["rope_theta"]; theta != nil && both && *theta != c.RopeTheta {
			fail(key, "%s has the rope_theta %g, beside a rope_theta of %g", key, *theta, c.RopeTheta)
		} else if theta != nil {
			c.RopeTheta = *theta
		}
	}
	if errs == nil {
		c.complete()
		list := c.faults()
		for _, f := range list[:min(len(list), maxErrors)] {
			fail(arch.spelled(f.key), "%s %s", arch.spelled(f.key), f.text)
		}
	}
	return c, errors.Join(errs...)
}

// brief is the beginning of a value on one line.
func brief(value []byte) string {
	return fmt.Sprintf("%.60s", bytes.Join(bytes.Fields(value), []byte(" ")))
}

// fields are the fields of a config by their keys, some of which are spelled
// otherwise in its file. Those of a mixture or of sliding layers are for architectures
// that have them.
func (c *Config) fields(arch architecture) map[string]reflect.Value {
	all := map[string]reflect.Value{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		own := len(f.Index) == 1
		switch in := reflect.TypeFor[Config]().Field(f.Index[0]).Type; in {
		case reflect.TypeFor[Mixture]():
			own = arch.router.pick != nil
		case reflect.TypeFor[Sliding]():
			own = arch.sliding
		}
		if key, _, _ := strings.Cut(f.Tag.Get("json"), ","); own {
			all[key] = reflect.ValueOf(c).Elem().FieldByIndex(f.Index)
		}
	}
	delete(all, "") // both of these themselves
	for theirs, ours := range arch.spelling {
		all[theirs] = all[ours]
	}
	for _, ours := range arch.spelling {
		if _, theirs := arch.spelling[ours]; !theirs {
			delete(all, ours)
		}
	}
	return all
}

// maxErrors is how many mistakes of a file are listed.
const maxErrors = 10

// wanted says what the value of a field has to be.
var wanted = map[reflect.Kind]string{
	reflect.Int: "a whole number", reflect.Int32: "a token id", reflect.Float64: "a number", reflect.Bool: "true or false", reflect.String: "a text",
}
