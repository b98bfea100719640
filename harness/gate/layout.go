package gate

import (
	"bytes"
	"encoding/json"
	"strings"
)

// layout breaks compact JSON into lines: every object that holds objects or
// lists of objects is opened up, everything else stays on one line.
func layout(data []byte) []byte {
	var out bytes.Buffer
	indentInto(&out, data, 0)
	out.WriteByte('\n')
	return out.Bytes()
}

func indentInto(out *bytes.Buffer, data []byte, depth int) {
	members, keys := split(data)
	if len(members) == 0 || !bytes.Contains(data[1:], []byte("{")) { // it holds no object
		out.Write(data)
		return
	}
	pad := strings.Repeat(" ", depth+1)
	out.WriteByte(data[0])
	for i, m := range members {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n" + pad)
		if keys != nil {
			out.Write(keys[i])
			out.WriteString(": ")
		}
		indentInto(out, m, depth+1)
	}
	out.WriteString("\n" + pad[1:])
	out.WriteByte(data[len(data)-1])
}

// split lists the members of an object (with their keys) or of a list.
func split(data []byte) (members, keys []json.RawMessage) {
	switch data[0] {
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(data, &list) != nil {
			return nil, nil
		}
		return list, nil
	case '{':
		in := json.NewDecoder(bytes.NewReader(data))
		in.Token()
		for in.More() {
			key, err := in.Token()
			var value json.RawMessage
			if err != nil || in.Decode(&value) != nil {
				return nil, nil
			}
			name, _ := json.Marshal(key)
			keys, members = append(keys, name), append(members, value)
		}
	}
	return members, keys
}
