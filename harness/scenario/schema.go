package scenario

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/harness/result"
)

// j is an object of JSON.
type j = map[string]any

// variableText is what stands for a value that comes from the environment.
const variableText = `\$\{[A-Za-z_][A-Za-z0-9_]*(:[^}]*)?\}`

// Schema is the JSON Schema (draft 2020-12) of scenario files, indented. It
// knows keys, types, bounds and names, so that editors can complete and explain
// them; what depends on several places at once (a budget that a block length
// has to divide, engines named elsewhere) only [Load] finds.
func Schema(c Catalog) []byte {
	defs := j{"variable": j{"type": "string", "pattern": variableText, "description": "A value from the environment: ${NAME} or ${NAME:default}."}}
	var root j
	for _, o := range objects() {
		s := c.object(o)
		if o.name == theScenario {
			root = s
			continue
		}
		defs[o.def] = s
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Scenario of dllmbench"
	root["$defs"] = defs
	data, err := json.MarshalIndent(root, "", " ")
	if err != nil {
		panic("scenario: the schema cannot be encoded")
	}
	return append(data, '\n')
}

// object is the schema of a mapping.
func (c Catalog) object(o object) j {
	properties := j{}
	var needed []string
	for _, k := range o.keys {
		p := c.value(o, k)
		p["description"] = k.doc
		properties[k.name] = p
		if k.needed {
			needed = append(needed, k.name)
		}
	}
	s := j{"type": "object", "properties": properties, "additionalProperties": false}
	if len(needed) > 0 {
		s["required"] = needed
	}
	switch o.name {
	case theScenario: // what is missing may be in an included file
		delete(s, "required")
		s["anyOf"] = []j{{"required": []string{"include"}}, {"required": needed, "anyOf": []j{{"required": []string{"workloads", "weights"}}, {"required": []string{"workloads", "models"}}, {"required": []string{"cost"}}}}}
	case weightsObject:
		s["oneOf"] = []j{{"required": []string{"builtin"}}, {"required": []string{"path"}}, {"required": []string{"shape"}}}
	case aModel:
		s["oneOf"] = []j{{"required": []string{"builtin"}}, {"required": []string{"path"}}}
	case anEngine:
		s["oneOf"] = []j{
			{"required": []string{"engine", "preset"}, "properties": j{"endpoint": false}},
			{"required": []string{"endpoint"}, "properties": j{"engine": false, "preset": false, "model": false}},
		}
		s["allOf"] = c.presetRules()
	case generationKeys:
		for name, param := range c.params() {
			properties[name] = param
		}
	case aTask:
		files := j{}
		for _, name := range fileKeys {
			files[name] = false
		}
		s["oneOf"] = []j{
			{"required": []string{"workload", "rungs"}, "properties": files},
			{"required": []string{"file", "format"}, "properties": j{"workload": false, "task": false, "style": false}},
			{"required": []string{"file", "task"}, "properties": j{"workload": false, "format": false}},
		}
		s["allOf"] = c.rungRules()
	case aThreshold:
		s["oneOf"] = []j{{"required": []string{"expr"}}, {"required": []string{"exact"}}, {"required": []string{"regress"}}}
		s["dependentRequired"] = j{"alpha": []string{"regress"}}
	}
	return s
}

// value is the schema of a key's value.
func (c Catalog) value(o object, k key) j {
	one := c.single(k.value)
	switch {
	case k.name == "sweep": // the short form, or one with a type
		return j{"if": j{"required": []string{"type"}}, "then": j{"$ref": "#/$defs/sweep"}, "else": variablesSchema()}
	case o.name == aSweep && k.name == "variables":
		return variablesSchema()
	case o.name == aSweep && k.name == "runs":
		return j{"type": "array", "minItems": 1, "items": j{"type": "object", "required": []string{"name"},
			"properties": j{"name": labelSchema()}, "patternProperties": j{optionForm: scalar()}, "additionalProperties": false}}
	case o.name == aPublished && k.name == "setting":
		return j{"type": "object", "additionalProperties": j{"anyOf": []j{scalar(), {"type": "array", "items": scalar()}}}}
	case o.name == anEngine && k.name == "generation":
		return j{"type": "object"} // by preset: see presetRules
	case k.name == "models":
		return j{"type": "object", "minProperties": 1, "propertyNames": labelSchema(), "additionalProperties": j{"$ref": "#/$defs/model"}}
	case k.value.object == weightsObject: // or the name of a model
		return j{"anyOf": []j{one, labelSchema()}}
	case k.name == "claims":
		number := j{"type": "integer", "minimum": 1, "maximum": c.Claims}
		return j{"anyOf": []j{{"const": "all"}, number, {"type": "array", "minItems": 1, "items": number}}}
	case o.name == theScenario && k.name == theMatch:
		word := choiceOf(result.Matchings()...)
		list := c.value(o, key{value: listOf(word)})
		return j{"anyOf": append(list["anyOf"].([]j), j{"$ref": "#/$defs/match"})}
	case o.name == aTask && k.name == "prompt": // a word, or a text with fields
		return j{"anyOf": []j{c.single(choiceOf(promptChat, promptRaw)), {"type": "string", "pattern": `\{\{`}}}
	case k.value.list:
		return j{"anyOf": []j{one, {"type": "array", "minItems": 1, "items": one}}}
	}
	return one
}

// single is the schema of a single value. Where a variable may stand for it, it
// is one more alternative.
func (c Catalog) single(v value) j {
	s := j{}
	switch v.kind {
	case whole:
		s = j{"type": "integer", "minimum": v.low, "maximum": v.high}
	case real:
		s = j{"type": "number", "minimum": v.low, "maximum": v.high}
	case text, shape, engineRef:
		return j{"type": []string{"string", "number", "boolean"}, "not": j{"const": ""}}
	case label:
		s = labelSchema()
	case output:
		s = j{"type": "string", "pattern": "^(" + strings.Join(v.from(c), "|") + ")(=.+)?$"}
	case digest:
		s = j{"type": "string", "pattern": digestForm.String()}
	case choice:
		s = j{"enum": v.choices(c)}
	case duration:
		s = j{"type": "string", "pattern": `^([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$`}
	case truth:
		s = j{"const": true}
	case boolean:
		s = j{"type": "boolean"}
	case percent:
		s = j{"type": "string", "pattern": `^[0-9.]+%$`}
	case mapping:
		return j{"$ref": "#/$defs/" + objectOf(v.object).def}
	}
	return orVariable(s)
}

// orVariable is a schema that a variable keeps too.
func orVariable(s j) j { return j{"anyOf": []j{s, {"$ref": "#/$defs/variable"}}} }

func labelSchema() j { return j{"type": []string{"string", "number"}, "pattern": labelForm.String()} }

// scalar is any plain value.
func scalar() j { return j{"type": []string{"string", "number", "boolean"}} }

// optionForm is a key of a sweep.
const optionForm = `^[A-Za-z0-9][A-Za-z0-9_-]*\.[a-z_]+$`

func variablesSchema() j {
	return j{"type": "object", "patternProperties": j{optionForm: j{"anyOf": []j{scalar(), {"type": "array", "minItems": 1, "items": scalar()}}}}, "additionalProperties": false}
}

// presetsOf are the presets of an engine.
func (c Catalog) presetsOf(engine string) (names []string) {
	for _, p := range c.Presets {
		if p.Engine == engine {
			names = append(names, p.Name)
		}
	}
	return names
}

// presetRules say which presets an engine has and which options a preset has.
func (c Catalog) presetRules() []j {
	var rules []j
	for _, engine := range engineNames(c) {
		rules = append(rules, rule(j{"engine": engine}, j{"preset": orVariable(j{"enum": c.presetsOf(engine)})}))
	}
	for _, p := range c.Presets {
		options := j{}
		for _, param := range p.Params {
			options[param.Name] = c.option(param)
		}
		rules = append(rules, rule(j{"engine": p.Engine, "preset": p.Name}, j{"generation": j{"properties": options, "additionalProperties": false}}))
	}
	return rules
}

// rungRules say which rungs a workload has.
func (c Catalog) rungRules() []j {
	var rules []j
	for _, w := range c.Workloads {
		names := rungNames(w)
		one := orVariable(j{"enum": append([]string{"all"}, names...)})
		rules = append(rules, rule(j{"workload": w.Name()}, j{"rungs": j{"anyOf": []j{one, {"type": "array", "minItems": 1, "items": orVariable(j{"enum": names})}}}}))
	}
	return rules
}

// rule is: where keys have these values, other keys are so.
func rule(have map[string]any, then j) j {
	when := j{}
	var needed []string
	for _, name := range slices.Sorted(maps.Keys(have)) {
		when[name] = j{"const": have[name]}
		needed = append(needed, name)
	}
	return j{"if": j{"properties": when, "required": needed}, "then": j{"properties": then}}
}

// params are all options of all presets.
func (c Catalog) params() j {
	all := map[string][]j{}
	for _, p := range c.Presets {
		for _, param := range p.Params {
			all[param.Name] = append(all[param.Name], c.option(param))
		}
	}
	out := j{}
	for name, forms := range all {
		if out[name] = forms[0]; len(forms) > 1 {
			out[name] = j{"anyOf": distinct(forms)}
		}
	}
	return out
}

// distinct leaves the first of equal schemas.
func distinct(list []j) []j {
	var out []j
	for _, s := range list {
		if !slices.ContainsFunc(out, func(o j) bool { return reflect.DeepEqual(o, s) }) {
			out = append(out, s)
		}
	}
	return out
}

// option is the schema of an option.
func (c Catalog) option(p engines.Param) j {
	s := c.single(valueOf(p))
	s["default"] = p.Default
	return s
}
