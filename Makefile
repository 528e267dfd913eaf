# 'make' alone explains itself. Nothing here is needed to use the program:
# 'go run ./cmd/kentongan demo' is.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c

# How long each target of 'make fuzz' runs, and how many walks 'make walk' takes.
FUZZTIME ?= 1h
WALKS ?= 100000

# How many actions the orders of 'make model' have.
LENGTH ?= 8
# How many open reports 'make clocks' has.
CLOCKS ?= 1000000

# Where 'make transcripts' writes.
PAGE ?= transcripts.html

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-11s %s\n", $$1, $$2 }'

.PHONY: demo
demo: ## everything on this machine, the page on http://127.0.0.1:8080
	go run ./cmd/kentongan demo

.PHONY: chat
chat: ## talk to the bot in this terminal, without network or database
	go run ./cmd/kentongan chat

.PHONY: build
build: ## the static binary, ./bin/kentongan
	CGO_ENABLED=0 go build -trimpath -o bin/kentongan ./cmd/kentongan

.PHONY: test
test: ## all tests, as 'go test' runs them anywhere
	go test ./...

.PHONY: race
race: ## all tests with the race detector, in random order
	go test -race -shuffle=on -timeout 25m ./...

.PHONY: format
format: ## rewrite what is not formatted
	golangci-lint fmt

.PHONY: lint
lint: ## vet and golangci-lint, with the import arrows of ARCHITECTURE.md
	go vet ./...
	golangci-lint run

.PHONY: ci
ci: ## what every change must pass, at most 30 minutes; installs what it needs
	bash .ci/run

.PHONY: golden
golden: ## rewrite the golden transcripts; read the difference before committing it
	go test ./conversation -run 'Transcripts|Citizens' -update
	git diff --stat -- conversation/testdata

.PHONY: transcripts
transcripts: ## all golden transcripts as one readable page, PAGE (transcripts.html)
	@go test ./conversation -run '^TestTranscriptsAsOnePage$$' -count=1 -page '$(abspath $(PAGE))'
	@echo '$(abspath $(PAGE))'

.PHONY: fuzz
fuzz: ## every fuzz target, FUZZTIME each (1h): runs for hours
	@for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			echo "== $$package $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$package; \
		done; \
	done

.PHONY: walk
walk: ## random walks through the conversation, WALKS of them (100,000)
	go test ./conversation -run Walk -count=1 -timeout 0 -rapid.checks=$(WALKS)

.PHONY: model
model: ## the clocks under all orders of LENGTH actions (8): some minutes
	go test ./reports/deadline -run '^TestEveryOrderOfEvents$$' -count=1 -timeout 0 -v -length $(LENGTH)

.PHONY: mutants
mutants: ## a bug in each rule of the clocks, each of which the tests must catch
	go test ./reports/deadline -run '^TestSeededBugsAreCaught$$' -count=1 -timeout 0 -v -mutants

.PHONY: kill-long
kill-long: ## the kill tests, again and again for an hour
	KENTONGAN_KILL_LONG=1h go test ./cmd/kentongan -run TestNothingIsLost -count=1 -timeout 0 -v

.PHONY: chaos
chaos: ## WhatsApp's chaos test, again and again for an hour
	KENTONGAN_WHATSAPP_CHAOS=1h go test ./bots/whatsapp -run '^TestChaos$$' -count=1 -timeout 0 -v

.PHONY: canaries
canaries: ## ten thousand reporters with canaries in all that they send: no group may read one
	KENTONGAN_CANARIES=10000 go test ./bots/telegram -run '^TestNoGroupReadsWhoAReporterIs$$' -count=1 -timeout 0 -v

.PHONY: limits
limits: ## a day of 500 reports into one group within Telegram's limits, in 50 minutes
	KENTONGAN_DAY=8h KENTONGAN_PACE=12 go test ./bots/telegram -run '^TestADayOfFiveHundredReports$$' -count=1 -timeout 0 -v

.PHONY: bench
bench: ## the core's benchmarks, then the whole pipeline beside pgbench
	go test -run '^$$' -bench . -benchmem ./conversation ./reports/workday ./reports/seal
	go run ./cmd/kentongan bench

.PHONY: bench-whatsapp
bench-whatsapp: ## memory and time of one WhatsApp account, over the double
	go test -run '^$$' -bench BenchmarkAccount -benchtime 1x ./bots/whatsapp
.PHONY: clocks
clocks: ## what is due among CLOCKS open reports (1,000,000), and closing a tenth of them
	KENTONGAN_CLOCKS=$(CLOCKS) go test ./scheduler -run '^$$' -bench . -benchtime 1x -timeout 0
