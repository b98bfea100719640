package plot

// maxPoints is the most points of a panel: more lie on top of each other.
const maxPoints = 400

// thin leaves points of crowded panels out, the same share of each series, but
// never the end of a line, where its name may stand, and none of a stepped curve. It
// returns how many stood there and how many are drawn; equal if none is left out.
func thin(panels []panel) (all, drawn int) {
	for i := range panels {
		total := 0
		for _, s := range panels[i].series {
			total += len(s.points)
		}
		all += total
		every := (total + maxPoints - 1) / maxPoints
		for k, s := range panels[i].series {
			if every > 1 && len(s.points) > every && !s.stepped {
				few := *s // series may stand in several panels
				few.points = nil
				for j := 0; j < len(s.points); j += every {
					few.points = append(few.points, s.points[j])
				}
				if last := len(s.points) - 1; s.joined && last%every != 0 {
					few.points = append(few.points, s.points[last])
				}
				panels[i].series[k] = &few
			}
			drawn += len(panels[i].series[k].points)
		}
	}
	return all, drawn
}
