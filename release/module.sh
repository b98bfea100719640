#!/usr/bin/env bash
# Gives the module another path, such as the address of its repository:
#
#   bash release/module.sh github.com/you/dllmbench
#
# Imports are the only other places that name it: versions come from the build, and
# commands, scripts and pages name packages by their folders.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# = 1 ] || { sed -n '2,4s/^# \?//p' "$0" >&2; exit 2; }
old=$(go list -m)
go mod edit -module "$1" # refuses what is no module path
files=$(git ls-files '*.go')
sed -i -E "s#^(\\s*(import )?([A-Za-z0-9_.]+ )?)\"${old//./\\.}(/[^\"]*)?\"(\\s*//.*)?\$#\\1\"$1\\4\"\\5#; s#^(const module = )\"${old//./\\.}\"#\\1\"$1\"#" $files
gofmt -w $files
rooms=$(git ls-files '*/*.go' | cut -d/ -f1 | sort -u | paste -sd'|')
if git grep -lE "\"$old/($rooms)[/\"]" -- '*.go' || [ "$(go list -m)" != "$1" ]; then
  echo 'release/module.sh: these files still name the old path' >&2
  exit 1
fi
