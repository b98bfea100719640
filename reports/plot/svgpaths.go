package plot

import (
	"regexp"
	"strconv"
	"strings"
)

// pathElement is a path as the drawing library writes it, one a line.
var pathElement = regexp.MustCompile(`^<path d="([^"]*)" style="([^"]*)" />$`)

// svgPath is a path with its style.
type svgPath struct{ d, style string }

// joinable tells whether two paths of the style look the same as one: strokes
// and areas that cannot be seen through, but not both, because then the area of
// a later one covers the stroke of an earlier one.
func (p svgPath) joinable() bool {
	filled, stroked := !strings.Contains(p.style, "fill:none"), strings.Contains(p.style, "stroke:")
	return filled != stroked && !strings.Contains(p.style, "fill-opacity")
}

// compact writes a drawing with fewer bytes: neighbouring paths of one style
// become one, or share the style, the outline of an area becomes its stroke, and
// coordinates have one decimal, a fifth of a pixel on the screen.
func compact(svg string) string {
	var b strings.Builder
	var held []svgPath
	for line := range strings.Lines(svg) {
		line = strings.TrimSuffix(line, "\n")
		m := pathElement.FindStringSubmatch(line)
		if m == nil {
			writePaths(&b, held)
			held = held[:0]
			if strings.HasPrefix(line, "\tstyle=") { // the rest of a text element
				line = line[1:]
			}
			b.WriteString(line + "\n")
			continue
		}
		held = join(held, svgPath{m[1], m[2]})
	}
	writePaths(&b, held)
	return b.String()
}

// join adds a path behind the others, or to the last of them.
func join(list []svgPath, next svgPath) []svgPath {
	if short, ok := shortPath(next.d); ok {
		next.d = short
	}
	if len(list) == 0 {
		return append(list, next)
	}
	last := &list[len(list)-1]
	outline, isOutline := strings.CutPrefix(next.style, "fill:none;")
	switch {
	case last.style == next.style && last.joinable():
		last.d += next.d
	case last.d == next.d && isOutline && strings.HasPrefix(last.style, "fill:") && !strings.Contains(last.style, "stroke"):
		last.style += ";" + outline
	default:
		return append(list, next)
	}
	return list
}

// writePaths writes paths; those of one style behind each other share it.
func writePaths(b *strings.Builder, list []svgPath) {
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].style == list[0].style {
			n++
		}
		if n == 1 {
			b.WriteString(`<path d="` + list[0].d + `" style="` + list[0].style + `"/>` + "\n")
		} else {
			b.WriteString(`<g style="` + list[0].style + `">`)
			for _, p := range list[:n] {
				b.WriteString(`<path d="` + p.d + `"/>`)
			}
			b.WriteString("</g>\n")
		}
		list = list[n:]
	}
}

// pathCommand is a command of a path with its numbers: of an arc the radii, its
// flags, and the end.
var pathCommand = regexp.MustCompile(`([MLZ]|A([0-9.e+-]+),([0-9.e+-]+) ([0-9]+ [01] [01]) )(?:(-?[0-9.e+-]+),(-?[0-9.e+-]+))?`)

// shortPath rounds the coordinates of a path of straight lines and arcs, and
// writes level and upright lines with one number; false for any other path.
func shortPath(d string) (string, bool) {
	var b strings.Builder
	at, ok := 0, true
	number := func(from, to int) string {
		s, fine := decimal(d[max(from, 0):max(to, 0)])
		ok = ok && fine
		return s
	}
	var lastX, lastY string
	for _, m := range pathCommand.FindAllStringSubmatchIndex(d, -1) {
		if m[0] != at {
			return "", false
		}
		at = m[1]
		command := d[m[2]:m[3]]
		if command == "Z" {
			b.WriteString("Z")
			continue
		}
		if command[0] == 'A' {
			command = "A" + number(m[4], m[5]) + "," + number(m[6], m[7]) + " " + d[m[8]:m[9]] + " "
		}
		x, y := number(m[10], m[11]), number(m[12], m[13])
		switch {
		case command == "L" && y == lastY:
			b.WriteString("H" + x)
		case command == "L" && x == lastX:
			b.WriteString("V" + y)
		default:
			b.WriteString(command + x + "," + y)
		}
		lastX, lastY = x, y
	}
	return b.String(), ok && at == len(d) && at > 0
}

// decimal rounds a number to one decimal.
func decimal(s string) (string, bool) {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return "", false
	}
	s = strings.TrimSuffix(strconv.FormatFloat(x, 'f', 1, 64), ".0")
	if s == "-0" {
		s = "0"
	}
	return s, true
}
