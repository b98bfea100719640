package scenario

import "iter"

// Items are the requests of a group. Of many, only ids and lengths are held, and a
// request is made again when it is asked for.
type Items struct {
	ids     []string
	lengths []int32 // of prompts
	kept    []Item  // all of them, or nil
	again   func(i int) Item
	missing int // how many more there may be in a plan that is a sketch
}

// maxKept is how many requests of a plan are held as a whole, a long prompt counting more.
const maxKept = 50_000

// Listed are requests that are there already.
func Listed(list ...Item) Items {
	s := Items{kept: list}
	for _, item := range list {
		s.note(item)
	}
	return s
}

// note adds the id and length of a request.
func (s *Items) note(item Item) {
	s.ids, s.lengths = append(s.ids, item.ID), append(s.lengths, int32(len(item.Prompt)))
}

// Len is their number, in a sketch the most that there may be.
func (s Items) Len() int { return len(s.ids) + s.missing }

// ID is the id of one.
func (s Items) ID(i int) string { return s.ids[i%len(s.ids)] }

// PromptLen is the number of prompt tokens of one.
func (s Items) PromptLen(i int) int { return int(s.lengths[i%len(s.ids)]) }

// At is one of them.
func (s Items) At(i int) Item {
	if i %= len(s.ids); s.kept != nil {
		return s.kept[i]
	}
	return s.again(i)
}

// Slice makes n of them from the first one on.
func (s Items) Slice(first, n int) []Item {
	list := make([]Item, n)
	for i := range list {
		list[i] = s.At(first + i)
	}
	return list
}

// First are the first n.
func (s Items) First(n int) Items {
	if n > len(s.ids) {
		s.missing = n - len(s.ids)
		return s
	}
	s.missing, s.ids, s.lengths = 0, s.ids[:n], s.lengths[:n]
	if s.kept != nil {
		s.kept = s.kept[:n]
	}
	return s
}

// All makes one after another of those that are known.
func (s Items) All() iter.Seq2[int, Item] {
	return func(yield func(int, Item) bool) {
		for i := range s.ids {
			if !yield(i, s.At(i)) {
				return
			}
		}
	}
}

// each is a list whose requests are changed when they are asked for.
func (s Items) each(change func(Item) Item) Items {
	before := s
	s.kept = nil
	for _, item := range before.kept {
		s.kept = append(s.kept, change(item))
	}
	s.again = func(i int) Item { return change(before.At(i)) }
	return s
}
