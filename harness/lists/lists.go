// Package lists picks from lists and parts them. Order stays, and the list that
// is given too.
package lists

import (
	"fmt"
	"slices"
	"strings"
)

// Count writes a number of things: "1 cell" or "3 cells".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// And lists things in a sentence: "a, b and c".
func And(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// Keep is what a list holds that meets a condition.
func Keep[T any](list []T, meets func(T) bool) []T {
	return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return !meets(x) })
}

// With is a list with a thing that it may hold already.
func With[T comparable](list []T, x T) []T {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

// Part is what a list holds of one key.
type Part[K comparable, T any] struct {
	Key K
	Of  []T
}

// Split parts a list by a key, in order of first appearance.
func Split[K comparable, T any](list []T, key func(T) K) []Part[K, T] {
	var parts []Part[K, T]
	at := map[K]int{}
	for _, x := range list {
		k := key(x)
		if _, known := at[k]; !known {
			at[k] = len(parts)
			parts = append(parts, Part[K, T]{Key: k})
		}
		p := &parts[at[k]]
		p.Of = append(p.Of, x)
	}
	return parts
}
