package card

import (
	"embed"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"dllmbench/engines"
	"dllmbench/engines/userfile"
)

//go:embed cards/*.yaml
var files embed.FS

// Names lists the embedded cards.
func Names() []string {
	var names []string
	list, _ := files.ReadDir("cards") // an embedded folder
	for _, f := range list {
		names = append(names, strings.TrimSuffix(f.Name(), ".yaml"))
	}
	return names
}

// Load reads an embedded card by its name, or a card of one's own by its path, which ends
// with .yaml or has a folder.
func Load(name string) (*Card, error) {
	if slices.Contains(Names(), name) {
		data, err := files.ReadFile("cards/" + name + ".yaml")
		if err != nil {
			return nil, err
		}
		return Parse(embedded+name, data)
	}
	if strings.ContainsRune(name, os.PathSeparator) || filepath.Ext(name) == ".yaml" || filepath.Ext(name) == ".yml" {
		data, err := userfile.Read(name, MaxCard)
		if err != nil {
			return nil, err
		}
		return Parse(name, data)
	}
	return nil, engines.UnknownName("task", name, Names())
}

// embedded begins the names of the cards of this program, as messages show them.
const embedded = "card:"

// own reports whether the card is a file of the user.
func (c *Card) own() bool { return !strings.HasPrefix(c.file, embedded) }
