# Short names for the commands that are used every day; each also works typed out.
.PHONY: all build test purego lint bench quick run site baseline release ci clean

all: lint test

build: ## one binary, weights included
	go build -o dllmbench ./cmd/dllmbench

test:
	go test ./...

purego: ## the same tests without assembly
	go test -tags purego ./...

lint:
	gofmt -l .
	go vet ./...

bench: ## kernel benchmarks against gonum in the same run
	go test -run '^$$' -bench . ./engines/internal/kernel

quick: ## a benchmark of about 15 seconds
	go run ./cmd/dllmbench run --quick

run: ## the default benchmark, about a minute
	go run ./cmd/dllmbench run

site: build ## a folder for a web server: the race in a browser, an example report, the documentation
	[ -d site/reports/quick ] || ./dllmbench run --quick --trace 2 --out site/reports/quick
	./dllmbench show --site site

baseline: ## save the exact counters of scenarios/ci.yaml again, for both kernel variants
	go run ./cmd/dllmbench baseline save ci scenarios/ci.yaml
	go run -tags purego ./cmd/dllmbench baseline save ci scenarios/ci.yaml

release: ## what people install, in dist/, for linux, darwin and windows (docs/release.md); nothing is published
	go run github.com/goreleaser/goreleaser/v2@v2.16.0 release --snapshot --clean

ci: ## everything a change has to pass
	bash .ci/run

clean:
	rm -rf dllmbench results site dist .tmp
