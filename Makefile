# The six words of the house: run build test bench lint demo.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export CGO_ENABLED = 0
# Vector instructions where Go has them; elsewhere the plain twins do the same work.
SIMD := $(shell test "$$(GOEXPERIMENT=simd go env GOARCH 2>/dev/null)" = amd64 && echo GOEXPERIMENT=simd)
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
WEB_FILES := $(shell find web/src web/public locale -type f 2>/dev/null) web/package.json web/vite.config.ts web/index.html

.PHONY: help run build conurb web test test-go test-web test-e2e sim chaos bench lint demo clean need-go need-node need-chromium

help: ## this text
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: build ## build everything and open the board at http://127.0.0.1:8080
	./conurb serve

demo: build ## the office and three cities as nodes, with invented people and licences: http://localhost:8080
	./conurb serve --demo

build: conurb ## the page, then the one binary ./conurb

conurb: web/dist/index.html
	@$(MAKE) --no-print-directory need-go
	$(SIMD) go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o conurb ./cmd/conurb

web: web/dist/index.html ## only the page

web/node_modules/.done: web/package-lock.json
	@$(MAKE) --no-print-directory need-node
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.done $(WEB_FILES)
	cd web && npm run build

test: need-go need-node need-chromium test-go test-web test-e2e ## Go, web unit and browser tests

test-go: web/dist/index.html
	go test -timeout 30m ./...
	$(if $(SIMD),$(SIMD) go test ./kit/cch ./connect/transit)

test-web: web/node_modules/.done
	cd web && npm run check && npm test

test-e2e: conurb web/node_modules/.done need-chromium
	cd web && npm run e2e

SEEDS ?= 300
sim: need-go ## moves of registrations in a world of faults: make sim SEEDS=5000
	go test ./livelihood/household -run 'Lost|Backups|Rest$$' -count 1 -timeout 2h -v -args -seeds $(SEEDS)

KILLS ?= 8
chaos: need-go ## nodes killed and deprived of power while registrations move: make chaos KILLS=400
	go test ./app/register -run 'TestChaos$$' -count 1 -timeout 4h -v -args -chaoskills $(KILLS)

bench: conurb ## measured claims, with their comparison in the same run
	$(SIMD) go run ./bench
	GOEXPERIMENT=simd go run ./bench/scale -tiles 4 -out ""

lint: need-go ## formatting, vet, staticcheck, both builds
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "not formatted (run gofmt -w):"; echo "$$out"; exit 1; fi
	go vet ./...
	go tool staticcheck ./...

clean: ## remove what was built
	rm -rf conurb web/node_modules web/dist/assets web/dist/index.html

need-go:
	@command -v go >/dev/null || { echo "make: Go is missing. Install Go 1.26 or newer: https://go.dev/doc/install (Debian: apt-get install golang-go, if new enough)"; exit 1; }

need-node:
	@command -v npm >/dev/null || { echo "make: Node.js is missing. Install Node.js 20 or newer with npm: https://nodejs.org (Debian: apt-get install nodejs npm)"; exit 1; }

need-chromium:
	@test -n "$$CHROMIUM" -a -x "$$CHROMIUM" || command -v chromium >/dev/null || { echo "make: Chromium is missing; the browser tests need it. Debian/Ubuntu: apt-get install chromium fonts-noto-cjk; elsewhere set CHROMIUM=/path/to/chromium"; exit 1; }
