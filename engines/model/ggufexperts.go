package model

import (
	"fmt"
	"strconv"
	"strings"
)

// stacked are the tensors of a GGUF file in which those of all experts of a layer are
// one, behind each other. It hands them out one by one.
type stacked struct {
	tensors
	experts int
}

const (
	expertsOf = ".mlp.experts."
	stack     = "_exps.weight"
)

// stackOf is the tensor that an expert's is part of, and the expert. "blk.0.mlp.experts.3.up_proj.weight"
// is number 3 of "blk.0.ffn_up_exps.weight".
func stackOf(name string) (whole string, expert int, ok bool) {
	block, rest, ok := strings.Cut(name, expertsOf)
	number, rest, ok2 := strings.Cut(rest, ".")
	expert, err := strconv.Atoi(number)
	return block + ".ffn_" + strings.TrimSuffix(rest, "_proj.weight") + stack, expert, ok && ok2 && err == nil
}

// Names implements tensors.
func (s stacked) Names() (list []string) {
	for _, name := range s.tensors.Names() {
		block, kind, _ := strings.Cut(strings.TrimSuffix(name, stack), ".ffn_")
		if shape, _ := s.tensors.Shape(name); !strings.HasSuffix(name, stack) || len(shape) != 3 || shape[0] != s.experts {
			list = append(list, name)
			continue
		}
		for e := range s.experts {
			list = append(list, fmt.Sprintf("%s%s%d.%s_proj.weight", block, expertsOf, e, kind))
		}
	}
	return list
}

// at is where a tensor is: the one that holds it, and the number in it that it begins with.
func (s stacked) at(name string) (whole string, from int) {
	whole, expert, ok := stackOf(name)
	shape, there := s.tensors.Shape(whole)
	if !ok || !there || len(shape) != 3 {
		return name, 0
	}
	return whole, expert * shape[1] * shape[2]
}

// Shape implements tensors.
func (s stacked) Shape(name string) ([]int, bool) {
	whole, _ := s.at(name)
	shape, ok := s.tensors.Shape(whole)
	if whole != name {
		shape = shape[1:]
	}
	return shape, ok
}

// Check implements tensors.
func (s stacked) Check(name string, shape ...int) error {
	whole, _ := s.at(name)
	if whole != name {
		shape = append([]int{s.experts}, shape...)
	}
	return s.tensors.Check(whole, shape...)
}

// Read implements tensors.
func (s stacked) Read(dst []float32, name string, shape ...int) error {
	whole, from := s.at(name)
	if whole == name {
		return s.tensors.Read(dst, name, shape...)
	}
	if err := s.Check(name, shape...); err != nil {
		return err
	}
	return s.tensors.ReadFrom(dst, whole, from)
}

// Type implements tensors.
func (s stacked) Type(name string) string {
	whole, _ := s.at(name)
	return s.tensors.Type(whole)
}

// ReadFrom implements tensors.
func (s stacked) ReadFrom(dst []float32, name string, from int) error {
	whole, first := s.at(name)
	return s.tensors.ReadFrom(dst, whole, first+from)
}

// ReadRaw implements tensors.
func (s stacked) ReadRaw(dst []byte, name string, from int) error {
	whole, first := s.at(name)
	return s.tensors.ReadRaw(dst, whole, first+from)
}
