package gaps

import (
	"regexp"
	"slices"
	"strings"

	"dllmbench/workloads"
	"dllmbench/workloads/gocode"
	"dllmbench/workloads/stories"
	"dllmbench/workloads/world"
)

// source is a workload whose answers are cut.
type source struct {
	workloads.Workload
	// parts cuts an answer into sentences or lines, without losing a byte.
	parts func(answer string) []string
	// places tells of each constraint in which part it is checked; nowhere if that
	// is the whole text. It may name a part behind the last one.
	places func([]workloads.Constraint) []int
}

// nowhere is the place of a constraint on the whole text.
const nowhere = -1

// The sources.
const (
	fromStories = iota
	fromWorld
	fromCode
)

func sources() []source {
	return []source{
		fromStories: {stories.New(), sentences, storyPlaces},
		fromWorld:   {world.New(), sentences, worldPlaces},
		fromCode:    {gocode.New(), lines, func(cs []workloads.Constraint) []int { return slices.Repeat([]int{nowhere}, len(cs)) }},
	}
}

// sentences cuts behind each full stop, question mark and exclamation mark. Texts
// with speech, where these stand inside of sentences, are not cut.
func sentences(text string) (out []string) {
	for text != "" {
		n := strings.IndexAny(text, ".?!") + 1
		if n == 0 {
			n = len(text)
		}
		out, text = append(out, text[:n]), text[n:]
	}
	return out
}

// lines cuts in front of each line break, so that a line comes with the break
// before it: no vocabulary joins a break to what stands before it.
func lines(text string) []string {
	var out []string
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			line = "\n" + line
		}
		out = append(out, line)
	}
	return out
}

// storyPlaces: two constraints for each event, and one for each sentence of the
// report behind them.
func storyPlaces(cs []workloads.Constraint) []int {
	at := make([]int, len(cs))
	events := 0
	for i, c := range cs {
		switch c.Kind {
		case "plan":
			at[i] = events
			events++
		case "possible":
			at[i] = events - 1
		case "length":
			at[i] = nowhere
		default:
			at[i] = at[i-1] + 1
		}
	}
	return at
}

// worldPlaces: the constraints of a sentence begin with that of its grammar. An
// announced total or size holds for the whole text.
func worldPlaces(cs []workloads.Constraint) []int {
	at := make([]int, len(cs))
	sentence := -1
	for i, c := range cs {
		if c.Kind == "grammar" {
			sentence++
		}
		at[i] = sentence
		if c.Kind == "count" || c.Kind == "size" || c.Kind == "length" {
			at[i] = nowhere
		}
	}
	return at
}

// cut is an answer of which parts at to to are taken out.
type cut struct {
	source source
	whole  workloads.Instance
	parts  []string
	at, to int
}

// texts are the text before the gap, in the gap and behind it.
func (c *cut) texts() (left, gap, right string) {
	return strings.Join(c.parts[:c.at], ""), strings.Join(c.parts[c.at:c.to], ""), strings.Join(c.parts[c.to:], "")
}

// constraints are those of the whole that the gap can break, and two for the
// text around it. What is checked behind the gap is a cause that comes later: the
// gap has to fit it. Its distance is the words between.
func (c *cut) constraints() []workloads.Constraint {
	places := c.source.places(c.whole.Constraints)
	var out []workloads.Constraint
	for i, n := range c.numbers() {
		if n < 0 {
			continue
		}
		k := c.whole.Constraints[i]
		if at := min(places[i], len(c.parts)); at >= c.to {
			k.Direction = workloads.Lookahead
			k.Distance = len(strings.Fields(strings.Join(c.parts[c.to:at], "")))
		}
		out = append(out, k)
	}
	side := workloads.Must("fixed", 0, "the text before the gap stays")
	other := side
	other.Doc = "the text behind the gap stays"
	return append(out, side, other)
}

// numbers gives each constraint of the whole its number in the cut, -1 for those
// of the text before the gap, which nothing in the gap can break.
func (c *cut) numbers() []int {
	places := c.source.places(c.whole.Constraints)
	n := 0
	for i, at := range places {
		if at != nowhere && at < c.at {
			places[i] = -1
			continue
		}
		places[i] = n
		n++
	}
	return places
}

var (
	declared = regexp.MustCompile(`([a-z]\w*(?:, [a-z_]\w*)*) :=`)
	word     = regexp.MustCompile(`[A-Za-z_]\w*`)
	symbol   = regexp.MustCompile(`[A-Za-z]+|[0-9]|\n\t*|[^\s\w]+`)
)

// most bounds the gaps in functions: words, digits, line breaks and runs of
// other signs, of which each is a token or more in most vocabularies.
const most = 45

// bound lists where n lines can be taken out of a function such that both sides
// are needed: a name that the gap declares is used behind it, so it has to be
// that one. Gaps of more than most symbols are left out.
func bound(lines []string, n int) (places []int) {
	for at := 0; at+n < len(lines); at++ {
		gap, right := strings.Join(lines[at:at+n], ""), strings.Join(lines[at+n:], "")
		if len(symbol.FindAllString(gap, -1)) > most {
			continue
		}
		for _, m := range declared.FindAllStringSubmatch(gap, -1) {
			for _, name := range strings.Split(m[1], ", ") {
				if name != "_" && needs(right, name) {
					places = append(places, at)
					goto next
				}
			}
		}
	next:
	}
	return places
}

// needs reports whether a text uses a name before it declares it.
func needs(text, name string) bool {
	for _, line := range strings.Split(text, "\n") {
		head, rest, declares := strings.Cut(line, ":=")
		used := rest
		if !declares {
			used = head
		} else if slices.Contains(word.FindAllString(head, -1), name) && !slices.Contains(word.FindAllString(rest, -1), name) {
			return false
		}
		if slices.Contains(word.FindAllString(used, -1), name) {
			return true
		}
	}
	return false
}
