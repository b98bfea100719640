package result

// Sample is the "extra" field of the requests that reports show in full: those
// of repetition 0 of the first instances of a cell with trained weights. Long
// texts are cut.
type Sample struct {
	Prompt     string   `json:"prompt"`
	Answer     string   `json:"answer"` // one correct answer
	Violations []Breach `json:"violations"`
}

// Breach is a violation of a constraint, in words.
type Breach struct {
	Constraint int    `json:"constraint"` // index in the instance's list, from 0
	Offset     int    `json:"offset"`     // byte offset in Request.Output where it shows, -1 if that place is missing
	Doc        string `json:"doc"`        // what was found
	Distance   int    `json:"distance"`   // words or items between cause and check
}
