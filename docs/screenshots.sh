#!/usr/bin/env bash
# Makes the pictures of docs/report.md from the page of a traced run, and that of the
# README from a race:
#
#   dllmbench run --quick --trace 2 --out results/pictures
#   docs/screenshots.sh results/pictures
#
# It needs chromium and Go.
set -euo pipefail
page=$(realpath "${1:?the folder of a run with traces}")/report.html
out=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/pictures
[ -s "$page" ] || { echo "$page is missing: dllmbench report makes it" >&2; exit 3; }

shot() { # name, width, height, query
  profile=$(mktemp -d)
  chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --disable-quic --hide-scrollbars --user-data-dir="$profile" \
    --window-size="$2,$3" --screenshot="$out/$1.png" "file://$page?$4" 2>/dev/null
  rm -rf "$profile"
  [ -s "$out/$1.png" ] || { echo "chromium made no $1.png" >&2; exit 1; }
}

mkdir -p "$out"
shot report-verdict 1000 900 'only=verdict&theme=light'
shot report-replay 1000 800 'only=replay&step=3&theme=light'
shot report-figures 1000 760 'only=figures&theme=dark'
(cd "$out/../.." && go test ./show -run TestPicture -update)
