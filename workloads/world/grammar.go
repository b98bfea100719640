package world

// This file is the surface grammar: every sentence that a text may hold. A
// shape is a list of words in which $ and a letter (see slotOf) is a slot.
// Within a category no text can be read in two ways; a test says so.

// Announcements: sentences that name one choice of the prompt.
var (
	whoShapes = shapesOf(
		"It is all about $N.",
		"The hero is $N.",
		"$N is the one.",
		"The name is $N.",
	)
	totalShapes = shapesOf(
		"The end is $K $O.",
		"In the end it is $K $O.",
		"It is $K $O in all.",
	)
	titleShapes = shapesOf(
		"The title is $W.",
		"The name of it is $W.",
		"It has the title $W.",
	)
	rhymeShapes = shapesOf(
		"It rhymes with $R.",
		"The rhyme is $R.",
	)
	rhymesShapes = shapesOf(
		"It rhymes with $R and $R.",
		"The rhyme is $R and $R.",
	)
	planShapes = shapesOf(
		"The plan was to $V, $V and $V.",
		"The plan is $V, $V, $V.",
	)
	sizeShapes = shapesOf(
		"It has $K people.",
		"It is about $K people.",
		"In all, $K people came.",
	)
)

// clueShapes say one thing about the hero: job, hat or home.
var clueShapes = shapesOf(
	"The $J in $m was $D.",
	"A $A said $s was a $J.",
	"Each day the $J fed $h $A.",
	"$S came home a $J.",
	"$S was a $D $J.",
	"$S wore a $C hat.",
	"$H hat was $C.",
	"A $A ate $h $C hat.",
	"In a $C hat $s ran off.",
	"$S sold $h $C hat to a $A.",
	"With $h $C hat $s fed a $A.",
	"$S lived by the $P.",
	"$H home was by the $P.",
	"All day $s sat by the $P.",
	"$S slept by the $P each night.",
	"A $A took $m home to the $P.",
	"By the $P $s fed a $A.",
	"$S hid $h $T by the $P.",
)

// In a gain the hero gets some of what is counted, in a loss some are gone.
var (
	gainShapes = shapesOf(
		"$S found $k $O.",
		"$S dug up $k $O.",
		"A $A gave $m $k $O.",
		"Then $k $O fell on $m.",
		"$S won $k $O from a $A.",
		"In the rain $s found $k $O.",
		"$S took $k $O from the $Q.",
		"In $h bed $s found $k $O!",
	)
	lossShapes = shapesOf(
		"$S ate $k $O.",
		"$S lost $k $O.",
		"A $A took $k $O from $m.",
		"$S gave $k $O to a $A.",
		"A $A ate $k of $h $O.",
		"$S dropped $k $O into the $Q.",
		"$S sold $k $O for a $T.",
		"Then $k of $h $O broke.",
	)
)

// deedShapes are the sentences for each word of a plan.
var deedShapes = [...]*category{
	shapesOf("$S swam in the $Q.", "$S swam like a $A."),
	shapesOf("$S dug by the $Q.", "With a $T $s dug up the $Q."),
	shapesOf("$S sang to a $A.", "All night $s sang of a $T."),
	shapesOf("$S cooked for a $A.", "$S cooked $h $T."),
	shapesOf("$S climbed over the $Q.", "$S climbed on a $D $A."),
	shapesOf("$S slept in a $T.", "$S slept like a $A."),
	shapesOf("$S read to a $D $A.", "$S read by the $Q."),
	shapesOf("$S hid from a $A.", "Under a $T $s hid."),
	shapesOf("$S painted a $A $X.", "$S painted $h $T $X."),
	shapesOf("$S danced on a $T.", "A $A danced with $m."),
}

// sceneShapes let a person of the cast do something.
var sceneShapes = shapesOf(
	"$N rode a $D $A over the $Q.",
	"$N sold a $T to a $A.",
	"$N sang to the $A all night.",
	"At night $N hid a $T by the $Q.",
	"$N saw a $A in a $T.",
	"$N and a $A ran to the $Q.",
	"Once $N woke up in a $T.",
	"A $A bit $N!",
	"$N fell into the $Q!",
	"The $A by the $Q saw $N.",
	"No one saw $N at the $Q.",
	"$N fed a $D $A.",
	"$N bit a $T.",
	"$N lost a $T to the $A.",
	"$N cooked a $T for the $A.",
	"$N wept, for the $A was $D.",
	"Why did $N kiss the $A?",
	"$N danced with a $D $A.",
	"$N took a $T from the $A.",
	"The $A came for $N.",
)

// restShapes say nothing that matters: they make distance.
var restShapes = shapesOf(
	"Rain fell on the $Q.",
	"A $A sang in the rain.",
	"The moon was $X.",
	"In the night a $T fell.",
	"The $Q was $D that day.",
	"Snow lay on the $Q.",
	"No $A came.",
	"The wind took a $T.",
	"There was a $A in the $T.",
	"A $A and a $A sat by the $Q.",
	"What a $D night it was!",
	"The $A by the $Q slept.",
	"By the $Q lay a $T.",
	"One $A ate the moon.",
	"The $A ran off with a $T.",
	"It was a $D day for a $A.",
	"Then the $A woke up.",
	"No one saw the $D $A.",
	"All night a $T fell.",
	"Why did the $A kiss the $A?",
)

// verseShapes end with a noun. Two start with each letter of the names' initials.
var verseShapes = shapesOf(
	"$N saw a $D $R.",
	"$N sang to the $R.",
	"$N fell for a $R.",
	"$N bit the $R!",
	"$N woke up in a $R.",
	"A $A sat on the $R.",
	"At night I saw a $R.",
	"By the $Q lay a $R.",
	"By day I fed a $R.",
	"Do not wake the $R!",
	"Down fell the $R.",
	"Each night I fed a $R.",
	"Each $A fell for a $R.",
	"Give the $A a $R.",
	"Go and kiss the $R!",
	"I gave my $T to a $R.",
	"In the $Q I saw a $R.",
	"Keep the $A off the $R.",
	"Kiss the $D $R!",
	"Last night I ate a $R.",
	"Let us wake the $R.",
	"My $A is a $R.",
	"My $T fell on the $R.",
	"No one saw the $R.",
	"Now I am a $R.",
	"Once I was a $R.",
	"Once a $A ate a $R.",
	"Put the $A on the $R.",
	"Put a $D hat on the $R.",
	"Rain fell on the $R.",
	"Run from the $R!",
	"So I sold my $R.",
	"Snow lay on the $R.",
	"The $A ate a $R.",
	"There was a $D $R.",
	"Up came the $R.",
	"Under the bed lay a $R.",
)

// claimShapes are what a speaker says of himself; marks are set by speech.
var (
	claimShapes = shapesOf(
		"I am a $J",
		"I am the $J",
		"I have a $C hat",
		"I have the $C hat",
		"I live by the $P",
		"I sleep by the $P",
	)
	saidWords = []string{"said", "cried", "sang"}
)

// What a prompt says about people.
var (
	factShapes = shapesOf(
		"$N is a $J by the $P with a $C hat.",
		"$N, a $J with a $C hat, lives by the $P.",
		"By the $P lives $N, a $J with a $C hat.",
	)
	startShapes = shapesOf("$N has $K $O.")
	heroShapes  = shapesOf("The hero is $N.")
)

// verseStarts lists, for every letter, the verses that can start with it.
var verseStarts = func() (starts [26][]*shape) {
	for _, s := range verseShapes.shapes {
		for letter := range starts {
			if s.words[0].slot == name && nameWith(letter) >= 0 ||
				s.words[0].slot == literal && initial(s.words[0].text) == letter {
				starts[letter] = append(starts[letter], s)
			}
		}
	}
	return starts
}()
