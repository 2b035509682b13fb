# Only Go is needed, and curl and bash for one test. `make help` lists what there is.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
export CGO_ENABLED := 0

DATA ?= ./data
LISTEN ?= 127.0.0.1:8080
DIR ?= /tmp/kiennghi-screenshots
FUZZTIME ?= 5m
PKG ?= ./...

.PHONY: help profile run screenshots test crash fuzz faults check build generate clean bench routing-train routing-eval

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 16

build: ## build bin/kiennghi
	go build -pgo=cmd/kiennghi/kiennghi.pgo -ldflags='-s -w' -o bin/kiennghi ./cmd/kiennghi

profile: ## measure both shapes, and keep the profile that the compiler reads when it builds the program
	@dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	mkdir "$$dir/production"; \
	go run ./bench -seconds 2 -profiles "$$dir" -out "$$dir/results.md"; \
	go run ./bench -seconds 2 -shape production -cases 1000 -profiles "$$dir/production" -out "$$dir/results.md"; \
	go tool pprof -proto -output cmd/kiennghi/kiennghi.pgo "$$dir"/*.cpu.pprof "$$dir"/production/*.cpu.pprof

run: ## serve on http://localhost:8080, with demo data the first time; built without the profile, much faster
	go build -o bin/kiennghi ./cmd/kiennghi
	@export KIENNGHI_DATA=$(DATA) KIENNGHI_LISTEN=$(LISTEN) KIENNGHI_PUBLIC_URL=http://localhost:$(lastword $(subst :, ,$(LISTEN))); \
	if [ ! -e $(DATA)/kiennghi.db ]; then ./bin/kiennghi seed --demo; fi; \
	exec ./bin/kiennghi serve

test: ## run all tests, or those of PKG=./models; says which were skipped
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	if go test -v -count=1 -timeout 20m $(PKG) 2>&1 | tee "$$log" | grep --line-buffered -E '^(ok|FAIL|\?|--- FAIL|panic:)'; then code=0; else code=1; fi; \
	if [ $$code != 0 ]; then grep -vE '^(=== |ok |\? )|^ *--- PASS' "$$log" || true; fi; \
	if grep -qE '^ *--- SKIP' "$$log"; then echo; echo "!!! SKIPPED, not tested here:"; grep -B1 -E '^ *--- SKIP' "$$log" | grep -v '^--$$'; fi; \
	exit $$code

screenshots: ## write every page as PNG to DIR, on phone and desktop, light and dark; needs Chromium
	KIENNGHI_SCREENS=$(abspath $(DIR)) go test ./web/browsertest -run '^TestScreens$$' -count=1 -timeout 20m
	@echo "$$(ls $(DIR)/*.png | wc -l) pictures in $(DIR)"

crash: ## kill program, database and search engine hundreds of times under load and look what is lost; about half an hour
	@log=$$(mktemp); trap 'rm -f "$$log"' EXIT; \
	if go test -v -count=1 -timeout 90m ./crash -sqlite 200 -mongo 50 -database 50 -processes 50 -search 50 2>&1 | tee "$$log" | grep --line-buffered -E '^(ok|FAIL|panic:|SUMMARY)|^ *--- |seed [0-9]'; then code=0; else code=1; fi; \
	if [ $$code != 0 ]; then cat "$$log"; fi; exit $$code

fuzz: ## fuzz every parser, for FUZZTIME each (5m)
	@export GOMAXPROCS=$${GOMAXPROCS:-2}; \
	grep -rlE '^func Fuzz' --include='*_test.go' . | sort | while read -r file; do \
		for target in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' "$$file"); do \
			echo "== $$target ($$file)"; \
			go test "$$(dirname "$$file")" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) | tail -n 30; \
		done; \
	done

faults: ## faults between the program and its neighbours, measured into docs/faults.md
	KIENNGHI_FAULTS_TABLE=$(CURDIR)/docs/faults.md go test ./cmd/kiennghi -run '^(TestFaults|TestAMinuteDown)$$' -count=1 -v -timeout 15m | grep -E '^ +(faults|minute)_test|^(---|ok|FAIL|panic)'

check: ## formatting, vet, staticcheck, vulnerabilities, generated code
	@echo "== gofmt"; out=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); if [ -n "$$out" ]; then echo "not formatted: $$out"; exit 1; fi
	@echo "== go vet"; go vet ./...
	@echo "== staticcheck"; out=$$(go tool staticcheck ./... | grep -v '\.gen\.go:' || true); if [ -n "$$out" ]; then echo "$$out"; exit 1; fi
	@echo "== generated code in sync"
	@old=$$(cat api/*.gen.* | sha256sum); go generate ./api; new=$$(cat api/*.gen.* | sha256sum); \
	if [ "$$old" != "$$new" ]; then echo "make generate was forgotten: commit what it wrote"; exit 1; fi
	@echo "== go.mod is tidy"; go mod tidy -diff
	@echo "== manifests against their schemas"; cd deploy/schemas && go vet . && go mod tidy -diff && go test .
	@echo "== govulncheck"
	@out=$$(go tool govulncheck ./... 2>&1) && echo "$$out" | tail -n 3 || { \
	if echo "$$out" | grep -q 'fetching vulnerabilities'; then echo "SKIPPED: the vulnerability database cannot be reached"; \
	else echo "$$out"; exit 1; fi; }
	@echo "== the repository keeps its own rules"; go test -count=1 -run '^TestRepo' ./cmd/kiennghi

routing-train: ## train the model that finds agencies from knowledge/corpus; commit what it writes
	go run ./cmd/kiennghi routing train

routing-eval: ## measure how well agencies are found and list the surest mistakes; writes knowledge/EVALUATION.md
	go run ./cmd/kiennghi routing eval --write knowledge/EVALUATION.md --commit "$$(git rev-parse --short HEAD)"

bench: ## measure under load beside yardsticks; writes bench/RESULTS.md
	go run ./bench $(BENCH)

generate: ## write api/*.gen.* from openapi.yaml
	go generate ./api

clean: ## remove what was built; data stays
	rm -rf bin
