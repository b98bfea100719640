package parquet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	pq "github.com/parquet-go/parquet-go"

	"dllmbench/engines/usage"
	"dllmbench/harness/result"
)

// fill sets every field of a record.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[usage.Count]() {
			v.Set(reflect.ValueOf(usage.Known(1)))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		if v.Type() == rawType {
			v.SetBytes([]byte(`{}`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("a"), value)
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(1)
	case reflect.Interface:
		v.Set(reflect.ValueOf(1.0))
	default:
		if v.CanInt() {
			v.SetInt(1)
		} else {
			v.SetUint(1)
		}
	}
}

// keys lists the keys of JSON, those of objects joined by _; maps are one key.
func keys(t *testing.T, record any, maps ...string) (list []string) {
	text, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(before string, v any)
	walk = func(before string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if slices.Contains(maps, before) {
				break
			}
			for key, inner := range v {
				walk(strings.TrimPrefix(before+"_"+key, "_"), inner)
			}
			return
		case []any:
			if _, pair := v[0].([]any); pair {
				list = append(list, before+"_ns", before+"_"+second[before])
				return
			}
		}
		list = append(list, before)
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatal(err)
	}
	walk("", tree)
	return list
}

func names(columns []Column) (list []string) {
	for _, c := range columns {
		list = append(list, c.Name)
	}
	return list
}

// rows reads a file as maps; a value that is null is not there.
func rows(t *testing.T, data []byte) (list []map[string]any) {
	f, err := pq.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	r := pq.NewReader(f)
	for {
		row := map[string]any{}
		if err := r.Read(&row); err == io.EOF {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		for name, v := range row {
			if v == nil {
				delete(row, name)
			}
		}
		list = append(list, row)
	}
}

// TestEveryKey: no key of a record is without a column.
func TestEveryKey(t *testing.T) {
	var q result.Request
	fill(reflect.ValueOf(&q).Elem())
	have := names(RequestColumns())
	for _, key := range keys(t, q, "wire_headers", "wire_counts", "aspects", "extra") {
		if key != "type" && !slices.Contains(have, key) {
			t.Errorf("requests.parquet has no column %s", key)
		}
	}
	var c result.Cell
	fill(reflect.ValueOf(&c).Elem())
	have = names(CellColumns())
	for _, key := range keys(t, c, "options", "knobs") {
		if !slices.Contains([]string{"id", "budget", "options"}, key) && !slices.Contains(have, key) {
			t.Errorf("cells.parquet has no column %s", key)
		}
	}

	var out bytes.Buffer
	h := result.Header{RunID: "r", Cells: []result.Cell{c, {ID: "y", Options: map[string]any{"a": "auto", "B": true, "b": 2.0, "n": nil, "a,\"c": []any{1.0}}}}}
	err := Requests(&out, h, func(cell string) ([]result.Request, error) {
		if cell == "y" {
			return []result.Request{{Cell: "y", Status: "error"}}, nil
		}
		return []result.Request{q}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got := rows(t, out.Bytes())
	if len(got) != 2 {
		t.Fatalf("%d rows", len(got))
	}
	for _, c := range RequestColumns() {
		if _, ok := got[0][c.Name]; !ok {
			t.Errorf("%s is null in a record that has all", c.Name)
		}
	}
	for _, name := range []string{"usage_nfe", "usage_denoise_flops", "e2e_ns", "exact", "spent_forward_ns", "wire_events", "energy_uj", "extra", "option_n"} {
		if v, ok := got[1][name]; ok {
			t.Errorf("%s is %v in a record that does not know it", name, v)
		}
	}
	for name, want := range map[string]any{"option_a": "auto", "option_B": true, "option_b_2": 2.0, "option_a__c": "[1]", "status": "error"} {
		if v := got[1][name]; fmt.Sprint(v) != fmt.Sprint(want) {
			t.Errorf("%s is %#v, want %v", name, v, want)
		}
	}
}
