package remote

import (
	"maps"
	"math"

	"dllmbench/engines"
)

// maxCounts is how many counts of a server are kept of an answer.
const maxCounts = 64

// count keeps the numbers of an object of a server under the name of their source, those of
// an object within too; the last ones count.
func count(w *engines.Wire, source string, object map[string]any) {
	for name, v := range object {
		switch v := v.(type) {
		case float64:
			key := source + "." + name
			if _, known := w.Counts[key]; (known || len(w.Counts) < maxCounts) && len(key) <= 100 && !math.IsInf(v, 0) {
				if w.Counts == nil {
					w.Counts = map[string]float64{}
				}
				w.Counts[key] = v
			}
		case map[string]any:
			inner := maps.Clone(v)
			maps.DeleteFunc(inner, func(_ string, v any) bool { _, deeper := v.(map[string]any); return deeper })
			count(w, source+"."+name, inner)
		}
	}
}
