package measure

import (
	"io/fs"
	"path"
	"strings"
)

// Energy reads the energy counters that Linux shows for processor packages.
// The zero value has none.
type Energy struct {
	root  fs.FS
	zones []zone
	total int64
}

// zone is the counter of one package.
type zone struct {
	path        string
	last, limit int64 // in µJ; the counter starts again from 0 after limit
}

// NewEnergy finds the counters: the zones of /sys/class/powercap that are named
// package-N and can be read (Linux lets only root read them, as a rule).
func NewEnergy(root fs.FS) *Energy {
	e := &Energy{root: root}
	names, _ := fs.Glob(root, "sys/class/powercap/*/name")
	for _, name := range names {
		dir := path.Dir(name)
		now, limit := number(firstLine(root, dir+"/energy_uj")), number(firstLine(root, dir+"/max_energy_range_uj"))
		if strings.HasPrefix(firstLine(root, name), "package-") && now >= 0 && limit > 0 {
			e.zones = append(e.zones, zone{dir, int64(now), int64(limit)})
		}
	}
	return e
}

// Source says where energy is read, "" without a counter.
func (e *Energy) Source() string {
	if len(e.zones) == 0 {
		return ""
	}
	return "powercap packages"
}

// Read is the energy in µJ since NewEnergy, nil without a counter or when one
// cannot be read any more. It must be called before a counter can have gone
// round twice, which takes minutes at full power.
func (e *Energy) Read() *int64 {
	if len(e.zones) == 0 {
		return nil
	}
	for i := range e.zones {
		z := &e.zones[i]
		now := number(firstLine(e.root, z.path+"/energy_uj"))
		if now < 0 {
			return nil
		}
		grown := int64(now) - z.last
		if grown < 0 {
			grown += z.limit
		}
		z.last = int64(now)
		e.total += grown
	}
	total := e.total
	return &total
}
