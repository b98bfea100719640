package process

import (
	"os"
	"slices"
	"strings"
)

// Environment are the variables that every child sees, if they are set: where programs
// and libraries are, how text and time are written, where models are stored, and which
// devices there are. All others, and with them keys and tokens, have to be named.
var Environment = strings.Fields(`PATH HOME USER LOGNAME LANG LC_ALL LC_CTYPE TZ TMPDIR TEMP TMP XDG_CACHE_HOME
	SYSTEMROOT WINDIR COMSPEC PATHEXT USERPROFILE APPDATA LOCALAPPDATA PROGRAMDATA NUMBER_OF_PROCESSORS
	LD_LIBRARY_PATH DYLD_LIBRARY_PATH VIRTUAL_ENV CONDA_PREFIX PYTHONPATH PYTHONHOME
	CUDA_HOME CUDA_VISIBLE_DEVICES NVIDIA_VISIBLE_DEVICES HIP_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES
	HF_HOME HF_HUB_OFFLINE TRANSFORMERS_OFFLINE TORCH_HOME OMP_NUM_THREADS MKL_NUM_THREADS`)

// environment is the environment of a child: what everyone sees and the named ones,
// which are NAME or NAME=VALUE.
func environment(named []string) []string {
	list := []string{} // not nil, which would be everything
	for _, name := range slices.Concat(Environment, named) {
		if strings.Contains(name, "=") {
			list = append(list, name)
		} else if value, set := os.LookupEnv(name); set {
			list = append(list, name+"="+value)
		}
	}
	return list
}
