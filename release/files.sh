#!/usr/bin/env bash
# Makes what a release holds beside its binaries, in .tmp/release: completions, manual
# page, licences and the site of the race with an example report. The same commit gives the same bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
to=.tmp/release
rm -rf "$to"
mkdir -p "$to/share/completions"
export CGO_ENABLED=0
go build -trimpath -o "$to/dllmbench" ./cmd/dllmbench
"$to/dllmbench" man >"$to/share/dllmbench.1"
gzip -9nc "$to/share/dllmbench.1" >"$to/dllmbench.1.gz"
"$to/dllmbench" completion bash >"$to/share/completions/dllmbench.bash"
"$to/dllmbench" completion zsh >"$to/share/completions/_dllmbench"
"$to/dllmbench" completion fish >"$to/share/completions/dllmbench.fish"
"$to/dllmbench" completion powershell >"$to/share/completions/dllmbench.ps1"
go run ./release/notices >"$to/share/THIRD_PARTY_NOTICES.txt"
mkdir -p "$to/site/reports/quick"
gzip -dc release/example.jsonl.gz >"$to/site/reports/quick/results.jsonl" # of run --quick, kept because a new one has other times
"$to/dllmbench" report "$to/site/reports/quick" >/dev/null
"$to/dllmbench" show --site "$to/site"
tar --sort=name --mtime="@$(git log -1 --format=%ct)" --owner=0 --group=0 --numeric-owner -C "$to" -c site | gzip -9n >"$to/dllmbench_site.tar.gz"
