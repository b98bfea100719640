package paths

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"strings"

	"dllmbench/workloads/internal/symbols"
)

// nodeNames is the number of names: a node is one lower-case letter.
const nodeNames = 26

// edge leads from its first node to its second; nodes are letters.
type edge [2]byte

// graph is what a prompt says, and what an answer is judged by.
type graph struct {
	edges       []edge
	start, goal byte
	next        [nodeNames]nodeSet // successors of each node
}

// nodeSet is a set of nodes, bit i for the letter 'a'+i.
type nodeSet uint32

func setOf(node byte) nodeSet { return 1 << (node - 'a') }

// has is false for everything that is no letter.
func (s nodeSet) has(node byte) bool {
	return node >= 'a' && node < 'a'+nodeNames && s&setOf(node) != 0
}

// draw makes the graph of a shape with random names and its one path from start
// to goal. The edges come in random order.
func (s shape) draw(rng *rand.Rand) (g graph, path []byte) {
	names := make([]byte, nodeNames)
	for i := range names {
		names[i] = byte('a' + i)
	}
	rng.Shuffle(nodeNames, func(i, j int) { names[i], names[j] = names[j], names[i] })

	branch := names[0]
	unused := names[1:]
	for arm := range s.arms {
		chain := make([]byte, s.length+1)
		for i := range chain {
			if i == s.branchAt() {
				chain[i] = branch
				continue
			}
			chain[i], unused = unused[0], unused[1:]
		}
		if arm == 0 {
			path = chain
		}
		for i := range s.length {
			g.edges = append(g.edges, edge{chain[i], chain[i+1]})
		}
	}
	rng.Shuffle(len(g.edges), func(i, j int) { g.edges[i], g.edges[j] = g.edges[j], g.edges[i] })
	g.start, g.goal = path[0], path[s.length]
	return g, path
}

// canon is the graph without start and goal: no graph of a test instance
// occurs in training, whatever path is asked for.
func (g *graph) canon() string {
	sorted := slices.Clone(g.edges)
	slices.SortFunc(sorted, func(a, b edge) int { return 256*(int(a[0])-int(b[0])) + int(a[1]) - int(b[1]) })
	text := []byte("graph")
	for _, e := range sorted {
		text = append(text, ' ', e[0], e[1])
	}
	return string(text)
}

// prompt writes " a b;" for every edge, then the question.
func (g *graph) prompt(label string) string {
	var b strings.Builder
	b.WriteString(label)
	for _, e := range g.edges {
		b.WriteString(symbols.Join(e[:]))
		b.WriteByte(';')
	}
	return b.String() + " from " + string(g.start) + " to " + string(g.goal) + " ="
}

// parse reads a prompt.
func parse(prompt string) graph {
	var g graph
	_, text, _ := strings.Cut(prompt, ":")
	for part := range strings.SplitSeq(text, ";") {
		words := strings.Fields(part)
		switch {
		case len(words) == 2:
			from, to := words[0][0], words[1][0]
			g.edges = append(g.edges, edge{from, to})
			g.next[from-'a'] |= setOf(to)
		case len(words) == 5:
			g.start, g.goal = words[1][0], words[3][0]
		}
	}
	return g
}

// linked reports whether an edge leads from one node to the other.
func (g *graph) linked(from, to byte) bool {
	return from >= 'a' && from < 'a'+nodeNames && g.next[from-'a'].has(to)
}

// after returns the nodes that exactly n edges away from node.
func (g *graph) after(node byte, n int) nodeSet {
	set := setOf(node)
	for range n {
		var further nodeSet
		for rest := set; rest != 0; rest &= rest - 1 {
			further |= g.next[bits.TrailingZeros32(uint32(rest))]
		}
		set = further
	}
	return set
}

// before returns the nodes from which node is exactly n edges away.
func (g *graph) before(node byte, n int) nodeSet {
	set := setOf(node)
	for range n {
		var further nodeSet
		for from, to := range g.next {
			if to&set != 0 {
				further |= 1 << from
			}
		}
		set = further
	}
	return set
}
