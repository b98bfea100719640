package stories

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"dllmbench/workloads"
)

// storyPrompt is what a checker reads from a prompt: the world after all that
// it tells, and the plan of what is still to happen.
type storyPrompt struct {
	world *world
	plan  []sentenceKind
	count int // sentences read
}

// parseStory reads a prompt made by Generate, or prompt and answer together.
func parseStory(prompt string) storyPrompt {
	p := storyPrompt{world: newWorld()}
	for _, seg := range segments(prompt) {
		switch seg.label {
		case labelPlan:
			for _, word := range seg.words {
				p.plan = append(p.plan, sentenceKind(slices.Index(storyPlan[:], word)))
			}
		case labelEnd:
			return p
		default:
			if s, ok := parseSentence(seg.words); ok {
				if s.kind.isEvent() {
					p.world.apply(s, p.count)
				} else if s.kind != filler {
					p.world.introduce(s, p.count)
				}
			}
		}
		p.count++
	}
	return p
}

// storyConstraints lists, per planned event, plan and possible; then per
// sentence of the report place or possession; then length. Distances are those
// of the reference answer: the words between a sentence and the oldest sentence
// that it must agree with.
func storyConstraints(prompt, answer string) []workloads.Constraint {
	all := segments(prompt + answer)
	p := parseStory(prompt)
	var cs []workloads.Constraint
	next := p.count
	planAt := 0
	for i, seg := range all[:next] {
		if seg.label == labelPlan {
			planAt = i
		}
	}
	for i, kind := range p.plan {
		seg := all[next]
		event, _ := parseSentence(seg.words)
		doc := fmt.Sprintf("event %d of the plan is %s", i+1, storyPlan[kind])
		cs = append(cs,
			workloads.Must("plan", seg.first-(all[planAt].first+i)-1, "%s", doc),
			workloads.Must("possible", seg.first-all[p.world.since(event)].after(), "event %d can happen", i+1))
		p.world.apply(event, next)
		next++
	}
	for i, person := range p.world.people {
		cs = append(cs, workloads.Must("place", all[next+i].first-all[p.world.personSince[person]].after(), "%s", "the report says where "+storyPeople[person]+" is"))
	}
	next += len(p.world.people)
	for i, object := range p.world.objects {
		cs = append(cs, workloads.Must("possession", all[next+i].first-all[p.world.objectSince[object]].after(), "%s", "the report says who has the "+storyObjects[object]+" or where it is"))
	}
	return append(cs, workloads.Must("length", 0, "the story has the planned events, the report, and nothing else"))
}

// storyLimit is the number of bytes of an output that are read, many times the
// longest story. A longer output breaks the length constraint.
const storyLimit = 1 << 16

// Check implements [workloads.Workload]. Runs of white space count as one space. An
// event that is impossible, or that cannot be read, is taken not to have
// happened; one that is possible but not the planned one has happened. The
// report must be in the order of the opening facts.
func (*Workload) Check(inst workloads.Instance, output string) workloads.Score {
	p := parseStory(inst.Prompt)
	wantReport := len(p.world.people) + len(p.world.objects)
	v := workloads.Verdict{Total: 2*len(p.plan) + wantReport + 1}

	text := strings.TrimRightFunc(output, unicode.IsSpace)
	tooLong := len(text) > storyLimit
	told, report := segments(text[:min(len(text), storyLimit)]), []segment(nil)
	if len(p.plan) == 0 {
		told, report = nil, told
	} else if i := slices.IndexFunc(told, func(s segment) bool { return s.label == labelEnd }); i >= 0 {
		told, report = told[:i], told[i:]
		report[0].label = ""
	}

	for i, kind := range p.plan {
		plan, possible := 2*i, 2*i+1
		if i >= len(told) {
			v.FailAll(plan, possible+1, -1, "event %d is missing", i+1)
			continue
		}
		s, ok := told[i].read()
		if !ok || !s.kind.isEvent() {
			v.FailAll(plan, possible+1, told[i].offset, "event %d is not an event sentence: %q", i+1, told[i].quote())
			continue
		}
		if s.kind != kind {
			v.Fail(plan, told[i].offset, "event %d is %s instead of %s", i+1, storyPlan[s.kind], storyPlan[kind])
		}
		if why := p.world.objection(s); why != "" {
			v.Fail(possible, told[i].offset, "event %d cannot happen: %s", i+1, why)
		} else {
			p.world.apply(s, 0)
		}
	}

	for i, want := range p.world.report() {
		constraint := 2*len(p.plan) + i
		if i >= len(report) {
			v.Fail(constraint, -1, "sentence %d of the report is missing", i+1)
			continue
		}
		s, ok := report[i].read()
		switch {
		case !ok:
			v.Fail(constraint, report[i].offset, "sentence %d of the report is not a sentence: %q", i+1, report[i].quote())
		case s == want:
		case s.kind.isEvent() || s.kind == filler || !sameSubject(s, want):
			v.Fail(constraint, report[i].offset, "sentence %d of the report should be about %s: %q",
				i+1, subject(want), report[i].quote())
		default:
			why := p.world.objection(s)
			v.Fail(constraint, report[i].offset, "the report is wrong: %s", why)
		}
	}
	switch {
	case len(told) > len(p.plan):
		v.Fail(v.Total-1, told[len(p.plan)].offset, "there are more events than planned")
	case len(report) > wantReport:
		v.Fail(v.Total-1, report[wantReport].offset, "%q follows the report", report[wantReport].quote())
	case tooLong:
		v.Fail(v.Total-1, storyLimit, "the text is longer than %d bytes", storyLimit)
	}
	return v.Score()
}

// read parses a segment of an answer.
func (s segment) read() (sentence, bool) {
	if !s.whole || s.label != "" {
		return sentence{}, false
	}
	return parseSentence(s.words)
}

// quote gives the start of a segment for a message; it still needs quoting.
func (s segment) quote() string {
	words := s.words[:min(len(s.words), 10)]
	return workloads.Clip(strings.TrimSpace(s.label + " " + strings.Join(words, " ")))
}

// subject names what a sentence of the report is about.
func subject(s sentence) string {
	if s.kind == personIn {
		return storyPeople[s.person]
	}
	return "the " + storyObjects[s.object]
}

func sameSubject(a, b sentence) bool {
	return (a.kind == personIn) == (b.kind == personIn) && subject(a) == subject(b)
}
