//go:build !linux

package measure

import (
	"errors"
	"strconv"

	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/process"
)

// BootID names the machine; "" when unknown. Moments at which processes started differ
// from boot to boot here.
func BootID() string {
	id, err := host.HostID()
	if err != nil {
		return ""
	}
	return id
}

// Started is the moment at which a process started, in ms since 1970; "" when there is
// none, and [Hidden] when there is one that cannot be looked at.
func Started(pid int) string {
	p, err := process.NewProcess(int32(pid))
	if errors.Is(err, process.ErrorProcessNotRunning) {
		return ""
	}
	if err != nil {
		return Hidden
	}
	ms, err := p.CreateTime()
	if err != nil || ms == 0 {
		return Hidden
	}
	return strconv.FormatInt(ms, 10)
}
