package tokenizer

import (
	"slices"
	"strings"
)

// A tokenizer.json is JSON text and cannot hold arbitrary bytes, so GPT-2 gave
// each byte a printable character: the printable ones of Latin-1 stand for
// themselves, the others take the characters from U+0100 on, in order. A space
// becomes "Ġ" and a line feed "Ċ".

// alphabet[b] is the character that stands for byte b.
var alphabet = func() (a [256]rune) {
	next := rune(256)
	for b := range rune(256) {
		if '!' <= b && b <= '~' || '¡' <= b && b <= '¬' || '®' <= b && b <= 'ÿ' {
			a[b] = b
		} else {
			a[b] = next
			next++
		}
	}
	return a
}()

// byteOf is the inverse of alphabet.
var byteOf = func() map[rune]byte {
	m := make(map[rune]byte, len(alphabet))
	for b, r := range alphabet {
		m[r] = byte(b)
	}
	return m
}()

// bytesByCharacter lists all bytes in the order of their characters, which is
// the order of the first ids of a trained vocabulary.
func bytesByCharacter() []byte {
	all := make([]byte, 256)
	for b := range all {
		all[b] = byte(b)
	}
	slices.SortFunc(all, func(a, b byte) int { return int(alphabet[a] - alphabet[b]) })
	return all
}

// toAlphabet writes bytes as characters of the alphabet.
func toAlphabet(text string) string {
	var out strings.Builder
	for i := range len(text) {
		out.WriteRune(alphabet[text[i]])
	}
	return out.String()
}

// fromAlphabet is the inverse of toAlphabet; ok is false if s has a character
// that stands for no byte.
func fromAlphabet(s string) (text string, ok bool) {
	out := make([]byte, 0, len(s))
	for _, r := range s {
		b, ok := byteOf[r]
		if !ok {
			return "", false
		}
		out = append(out, b)
	}
	return string(out), true
}
