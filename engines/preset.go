package engines

// Options are decoder parameters by name. Values are int, float64, bool or string.
type Options map[string]any

// Kind is the type of a parameter's value.
type Kind string

// The kinds of parameters.
const (
	KindInt    Kind = "int"
	KindFloat  Kind = "float"
	KindBool   Kind = "bool"
	KindChoice Kind = "choice" // a string out of Param.Allowed
)

// Role is a meaning of parameters that others have to know, whatever their name.
type Role string

// The roles of parameters.
const (
	RoleSteps Role = "steps" // number of denoising steps, of the canvas or of each block
	RoleCache Role = "cache" // chooses what is kept from pass to pass
)

// Param describes one decoder parameter for help texts, scenario checks and JSON schemas.
type Param struct {
	Name     string
	Role     Role // "" for most
	Kind     Kind
	Default  any
	Min, Max float64  // inclusive range of numbers; ignored when both are 0
	Allowed  []string // for KindChoice
	Doc      string   // one sentence with the unit
}

// Int is a parameter that is a whole number from least to most.
func Int(name string, usual, least, most int, doc string) Param {
	return Param{Name: name, Kind: KindInt, Default: usual, Min: float64(least), Max: float64(most), Doc: doc}
}

// Float is a parameter that is a number from least to most.
func Float(name string, usual, least, most float64, doc string) Param {
	return Param{Name: name, Kind: KindFloat, Default: usual, Min: least, Max: most, Doc: doc}
}

// Bool is a parameter that is on or off.
func Bool(name string, usual bool, doc string) Param {
	return Param{Name: name, Kind: KindBool, Default: usual, Doc: doc}
}

// Choice is a parameter that is one of some words.
func Choice(name, usual string, allowed []string, doc string) Param {
	return Param{Name: name, Kind: KindChoice, Default: usual, Allowed: allowed, Doc: doc}
}

// As is the parameter in a role.
func (p Param) As(r Role) Param {
	p.Role = r
	return p
}

// Preset is a published decoding rule under its own name.
type Preset struct {
	Engine string // package that runs it: "autoregressive", "diffusion", "block", "hybrid"
	Name   string
	Doc    string // one sentence
	Source string // paper or code base, with year
	Cache  string // "none", "exact" or "approximate"
	// Revises is true when a token that was written may change again.
	Revises bool
	// LeftToRight is true when the rule needs an empty canvas: it refuses a Request
	// with a Draft.
	LeftToRight bool
	// Baseline is true of a rule that writes one token after another from left to
	// right, however it is called: other ways of decoding are compared with it.
	Baseline bool
	// Differs says where the rule departs from its source on purpose; "" if nowhere.
	Differs string
	Params  []Param
}
