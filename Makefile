# "make run" shows the demo, "make test" tests all there is to test; both install what is missing first.
# "make help" lists the rest.

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME    ?= 30s
BENCH       ?= .
MODEL_STEPS ?= 20000000
MODEL_SEED  ?= 0

# clang compiles the OpenGL bindings in a quarter of gcc's time. Compiler, tags and flags are the same
# everywhere, else each go command below would compile all of it anew.
export CC       = $(shell command -v clang >/dev/null && echo clang || echo gcc)
export GOFLAGS := $(shell go env GOFLAGS) -tags=migrated_fynedo
LDFLAGS         = -X main.version=$(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

# Packages that reach OpenGL need a C compiler for the system they are compiled for. For macOS, the tray and
# Fyne's widgets do too.
no_gl     = $$($(1) go list -e -f '{{.ImportPath}} {{join .Deps " "}}' ./... | grep -v -e github.com/go-gl $(2) | cut -d' ' -f1)
with_gl   = $$(go list -f '{{.ImportPath}} {{join .Deps " "}}' ./... | grep github.com/go-gl | cut -d' ' -f1)
unit      = $$(echo "$(call no_gl)" | grep -v internal/e2e)

model     = go test -count=1 -timeout 2h -v -run 'TestModel$$' ./monitor -model.seed $(2) -model.steps $(1)
demo      = -window Licensewatch -size 1440x900 -- build/licensewatch --demo

.NOTPARALLEL:
.PHONY: run setup build test lint unit e2e bench model kill history fuzz screenshots clean help

run: build ## build the program and run its demo (DEMO_SECONDS=60 ends it by itself)
	@scripts/run

# A target of its own: make settles a target's environment, and CC in it, before the first line of its recipe.
setup:
	@scripts/setup build

build: setup ## build/licensewatch
	go build -ldflags '$(LDFLAGS)' -o build/ .

test: build lint unit e2e ## everything that CI runs

lint:
	@echo "gofmt" && files=$$(gofmt -l .) && { [ -z "$$files" ] || { echo "not formatted: $$files"; exit 1; }; }
	go vet ./...
	GOOS=windows CGO_ENABLED=0 go vet $(call no_gl,GOOS=windows CGO_ENABLED=0)
	GOOS=darwin CGO_ENABLED=0 go vet $(call no_gl,GOOS=darwin CGO_ENABLED=0,-e fyne.io/systray -e fyne.io/fyne/v2/widget)
	go run $(STATICCHECK) ./...

unit: # fuzz seeds run as tests too
	@scripts/setup desktop
	@scripts/setup peers
	@[ ! -d ../shared/contract ] || scripts/setup stacks
	go test -race $(unit)
	$(call model,1000000,1) # the same steps each time; make model takes others
	go test $(with_gl)

e2e: build ## the built program in a virtual desktop, used as a person uses it (RUN='one of the tests')
	@scripts/setup desktop
	LICENSEWATCH_BINARY=$(CURDIR)/build/licensewatch go test -count=1 -timeout 20m -v -artifacts -outputdir build -run '$(RUN)' ./internal/e2e

bench: build ## benchmarks, size and appetite of the idle agent, and from a reply to its notification (BENCH='one of the benchmarks')
	go test -p 1 -run '^$$' -bench '$(BENCH)' -benchtime 3s -benchmem $(unit)
	@scripts/setup desktop
	go run ./scripts/footprint build/licensewatch
	go run ./scripts/handover build/licensewatch

model: ## the model test of what is told, twenty times as long (MODEL_STEPS=… MODEL_SEED=… plays a seed again)
	$(call model,$(MODEL_STEPS),$(MODEL_SEED))

kill: ## kill a writer of the history 200 times, and look for what was confirmed
	LICENSEWATCH_HISTORY_KILLS=200 go test -count=1 -v -run TestWhatIsConfirmedSurvivesAKill ./monitor/history

history: ## two years of 1,000 sites in one history: its size, a day's write, a year's plot (some 10 minutes)
	nice go run ./scripts/history

fuzz: ## each fuzz test for FUZZTIME
	@scripts/fuzz $(FUZZTIME)

screenshots: build ## build/desktop.png and build/desktop-dark.png
	@scripts/setup desktop
	FYNE_THEME=light go run ./scripts/desktop -seconds 50 -shot build/desktop.png $(demo)
	FYNE_THEME=dark go run ./scripts/desktop -seconds 50 -shot build/desktop-dark.png $(demo)

clean: ## remove what was built
	rm -rf build

help: ## this list
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):[^#]*## /\1|/' | awk -F'|' '{printf "make %-12s %s\n", $$1, $$2}'
