package tokenizer

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// pair is two neighbouring tokens.
type pair struct{ left, right int32 }

// merge is what becomes of a pair.
type merge struct{ rank, id int32 }

// appendWord appends the tokens of one word. The caller holds the cache's read
// lock; fresh tells that the cache does not have the word and may take it.
func (t *Tokenizer) appendWord(out []int32, word string) (ids []int32, fresh bool) {
	if len(word) == 1 && t.spaces == nil {
		return append(out, t.symbol[word[0]]), false
	}
	if ids, ok := t.cache.ids[word]; ok {
		return append(out, ids...), false
	}
	if id, ok := t.ids[word]; ok && t.ignoreMerges {
		return append(out, id), false
	}
	return t.applyMerges(out, word), len(word) <= maxCachedBytes && len(t.cache.ids) < maxCachedWords
}

// scratch is the memory of applyMerges.
type scratch struct {
	nodes []node
	queue []uint64 // a min-heap of candidates: rank in the upper, node in the lower half
}

// node is one symbol of a word in a doubly linked list; -1 ends it.
type node struct{ id, prev, next int32 }

const removed int32 = -2 // value of next in a node that was merged into the one before it

// applyMerges joins pairs in the order of rank, the leftmost first among equal
// ranks. With n bytes it takes O(n log n) steps.
func (t *Tokenizer) applyMerges(out []int32, word string) []int32 {
	s, _ := t.scratch.Get().(*scratch)
	if s == nil {
		s = &scratch{}
	}
	defer t.scratch.Put(s)
	s.nodes, s.queue = s.nodes[:0], s.queue[:0]
	add := func(id int32) {
		i := int32(len(s.nodes))
		s.nodes = append(s.nodes, node{id, i - 1, i + 1})
	}
	for i, w := 0, 1; i < len(word); i += w {
		if t.spaces != nil {
			_, w = utf8.DecodeRuneInString(word[i:])
			if id, ok := t.ids[word[i:i+w]]; ok {
				add(id)
				continue
			}
		}
		for j := range w {
			add(t.symbol[word[i+j]])
		}
	}
	s.nodes[len(s.nodes)-1].next = -1
	for i := range len(s.nodes) - 1 {
		t.propose(s, int32(i))
	}
	for len(s.queue) > 0 {
		best := s.pop()
		at := int32(uint32(best))
		n := &s.nodes[at]
		if n.next < 0 {
			continue
		}
		right := s.nodes[n.next]
		m, ok := t.merges[pair{n.id, right.id}]
		if !ok || uint64(m.rank) != best>>32 {
			continue // a neighbour has changed since this was proposed
		}
		s.nodes[n.next].next = removed
		n.id, n.next = m.id, right.next
		if n.next >= 0 {
			s.nodes[n.next].prev = at
			t.propose(s, at)
		}
		if n.prev >= 0 {
			t.propose(s, n.prev)
		}
	}
	for i := int32(0); i >= 0; i = s.nodes[i].next {
		out = append(out, s.nodes[i].id)
	}
	return out
}

// propose queues the merge of a node with the next one, if there is one.
func (t *Tokenizer) propose(s *scratch, at int32) {
	n := s.nodes[at]
	if m, ok := t.merges[pair{n.id, s.nodes[n.next].id}]; ok {
		s.push(uint64(m.rank)<<32 | uint64(at))
	}
}

func (s *scratch) push(v uint64) {
	s.queue = append(s.queue, v)
	q, i := s.queue, len(s.queue)-1
	for i > 0 && q[(i-1)/2] > q[i] {
		q[(i-1)/2], q[i] = q[i], q[(i-1)/2]
		i = (i - 1) / 2
	}
}

func (s *scratch) pop() uint64 {
	q := s.queue
	top, last := q[0], len(q)-1
	q[0] = q[last]
	q = q[:last]
	for i := 0; ; {
		small := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if q[child] < q[small] {
				small = child
			}
		}
		if small == i {
			break
		}
		q[i], q[small] = q[small], q[i]
		i = small
	}
	s.queue = q
	return top
}

// Limits of the cache: words come from the text, so both their number and
// their length are bounded.
const (
	maxCachedWords = 1 << 15
	maxCachedBytes = 64 // per word
)

// cache keeps the tokens of the first words seen. Procedural text has few
// different words, so nothing is ever thrown out.
type cache struct {
	mu  sync.RWMutex
	ids map[string][]int32
}

// entry is a word of a text that is being encoded: its tokens are out[from:to].
type entry struct {
	word     string
	from, to int
}

// put adds the words of one text. The cache copies them, so that neither the
// text nor its ids stay alive.
func (c *cache) put(words []entry, out []int32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ids == nil {
		c.ids = map[string][]int32{}
	}
	for _, w := range words {
		if len(c.ids) == maxCachedWords {
			return
		}
		c.ids[strings.Clone(w.word)] = slices.Clone(out[w.from:w.to])
	}
}
