package lists

import (
	"reflect"
	"testing"
)

func TestKeepAndSplit(t *testing.T) {
	list := []int{3, 1, 4, 1, 5}
	odd := func(x int) bool { return x%2 == 1 }
	if got := Keep(list, odd); !reflect.DeepEqual(got, []int{3, 1, 1, 5}) || list[2] != 4 {
		t.Errorf("kept %v of %v", got, list)
	}
	if got := With(With(list, 4), 6); !reflect.DeepEqual(got, []int{3, 1, 4, 1, 5, 6}) {
		t.Errorf("with 4 and 6: %v", got)
	}
	if got := Split(list, odd); !reflect.DeepEqual(got, []Part[bool, int]{{true, []int{3, 1, 1, 5}}, {false, []int{4}}}) {
		t.Errorf("parts %v", got)
	}
}
