package world

import "slices"

// A slot is a place in a sentence shape that is filled with a word of its
// lexicon. Slots of the first block are checked: what stands there has to agree
// with the prompt or with another sentence. Those of the second block are free.
type slot uint8

const (
	literal slot = iota // not a slot: the word itself

	name      // a person
	heCap     // He, She
	he        // he, she
	hisCap    // His, Her
	his       // his, her
	him       // him, her
	job       //
	hat       // colour of a hat
	home      //
	number    // a total or a size
	step      // an amount that is won or lost
	object    // what is counted
	noun      // a word that rhymes with three others
	titleWord //
	verb      // a word of a plan

	animal // free from here on
	thing  //
	place  //
	mood   //
	tint   //
	slots  // how many there are
)

// isFree reports whether any word of the lexicon does.
func (s slot) isFree() bool { return s >= animal }

// isPronoun reports whether the lexicon holds the female and the male form.
func (s slot) isPronoun() bool { return s >= heCap && s <= him }

// slotOf is the letter that stands for a slot in a shape, after a dollar sign.
var slotOf = map[byte]slot{
	'N': name, 'S': heCap, 's': he, 'H': hisCap, 'h': his, 'm': him,
	'J': job, 'C': hat, 'P': home, 'K': number, 'k': step, 'O': object, 'R': noun, 'W': titleWord, 'V': verb,
	'A': animal, 'T': thing, 'Q': place, 'D': mood, 'X': tint,
}

// The gender of a person is the place of the form in the lexicon of a pronoun.
const (
	female = 0
	male   = 1
)

// lexicon holds the words of each slot. No word of a lexicon starts with a
// vowel where "a" may stand before it. Names have different initials.
var lexicon = [slots][]string{
	name: {"Ann", "Ben", "Dan", "Eve", "Gus", "Ida", "Kit", "Leo", "Mia", "Ned", "Ola", "Pam", "Ray", "Sue", "Tom", "Una"},

	heCap:  {female: "She", male: "He"},
	he:     {female: "she", male: "he"},
	hisCap: {female: "Her", male: "His"},
	his:    {female: "her", male: "his"},
	him:    {female: "her", male: "him"},

	job:    {"poet", "spy", "baker", "pilot", "clown", "judge"},
	hat:    {"red", "blue", "green", "gold", "pink", "gray"},
	home:   {"sea", "hill", "mill", "park", "barn", "gate"},
	number: {"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"},
	step:   {"two", "three", "four", "five"},
	object: {"plums", "eggs", "keys", "coins", "pies", "nuts"},

	// Four words of each rhyme, one rhyme after another.
	noun: {
		"cat", "rat", "hat", "bat",
		"dog", "frog", "log", "hog",
		"king", "ring", "wing", "string",
		"boat", "goat", "coat", "moat",
		"ball", "hall", "wall", "stall",
		"cake", "lake", "snake", "rake",
		"bell", "well", "shell", "cell",
		"hen", "pen", "den", "wren",
		"bug", "jug", "mug", "rug",
		"book", "brook", "cook", "hook",
	},
	// Titles of three letters, then titles of four; see titles.
	titleWord: {
		"rat", "red", "big", "sad", "mad", "pen", "den", "bug", "bat", "rug", "mug", "log",
		"dog", "sea", "ten", "end", "bed", "bit", "dug", "ran", "sat", "one", "ate", "sun",
		"gold", "blue", "pink", "boat", "goat", "ring", "king", "bell", "lake", "moat", "gate", "mill", "book", "bold", "loud", "park",
	},
	verb: {"swim", "dig", "sing", "cook", "climb", "sleep", "read", "hide", "paint", "dance"},

	animal: {"cat", "rat", "dog", "frog", "goat", "snake", "hen", "wren", "bug", "bat"},
	thing:  {"ring", "ball", "cake", "bell", "pen", "jug", "rug", "book", "boat", "log"},
	place:  {"lake", "hall", "wall", "brook", "den", "well", "moat"},
	mood:   {"big", "sad", "shy", "wise", "mad", "wet", "loud", "bold"},
	tint:   {"red", "blue", "green", "gold", "pink", "gray"},
}

// The smallest number and the smallest step, the meaning of index 0.
const firstNumber = 2

// perRhyme is how many nouns share a rhyme.
const perRhyme = 4

// rhymeOf numbers the rhyme of a noun.
func rhymeOf(n int) int { return n / perRhyme }

// genders of the names, in the order of the lexicon.
var genders = [...]int{female, male, male, female, male, female, male, male, female, male, female, female, male, female, male, female}

// titles returns the range of titles with n letters in the lexicon.
func titles(n int) (from, to int) {
	all := lexicon[titleWord]
	from = slices.IndexFunc(all, func(w string) bool { return len(w) == n })
	for to = from; to < len(all) && len(all[to]) == n; to++ {
	}
	return from, to
}

// initial is the first letter of a word in lower case, counted from 0.
func initial(word string) int { return int(word[0] | 0x20 - 'a') }

// nameWith is the person whose name starts with a letter, or -1.
func nameWith(letter int) int {
	return slices.IndexFunc(lexicon[name], func(n string) bool { return initial(n) == letter })
}
