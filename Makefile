# Thin verbs: install what is missing, then call swift. Everything is in Package.swift and .ci/run.
SHELL := /bin/bash
SWIFT ?= swift
APT := libcurl4-openssl-dev libssl-dev libsqlite3-dev libncurses-dev libwslay-dev zlib1g-dev ncurses-term pkg-config
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
export SWIFT_BACKTRACE ?= enable=no

.PHONY: demo build test days storm bench bench-peers fuzz sanitize dist lint setup clean

## Builds and opens the dashboard in paper mode: no key, no config, no network.
demo: build
	@exec .build/release/perpdeck

## Builds the release executable at .build/release/perpdeck.
build: setup
	@$(SWIFT) build -c release --product perpdeck

# These wait for sockets by the clock of the wall; beside tests that compute they would wait in vain.
SOCKETS := TransportTests|LoopbackTests|ControlSocketTests

## Builds and passes the tests.
test: setup
	@$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	@$(SWIFT) test --skip-build --skip '$(SOCKETS)'
	@$(SWIFT) test --skip-build --filter '$(SOCKETS)'

## Runs ten thousand random trading days of the simulated exchange; DAYS=500 runs fewer.
days: setup
	@PERPDECK_DAYS=$${DAYS:-10000} $(SWIFT) test -c release -Xswiftc -enable-testing --scratch-path .build/testing --filter TradingDayTests

## Measures the hot paths in release and prints medians, and loads the served exchange.
bench: build
	@status=0; Tests/Benchmarks/run.sh || status=$$?; \
	python3 Tests/Benchmarks/server_load.py .build/release/perpdeck || status=$$?; \
	python3 Tests/Benchmarks/dashboard.py .build/release/perpdeck || status=$$?; \
	python3 Tests/Benchmarks/screen_load.py .build/release/perpdeck || status=$$?; \
	python3 Tests/Benchmarks/order_path.py .build/release/perpdeck || status=$$?; \
	python3 Tests/Benchmarks/event_to_toast.py .build/release/perpdeck 100 || status=$$?; \
	python3 Tests/Benchmarks/peers/tui.py .build/release/perpdeck 10; exit $$status

## Measures us beside our peers from PyPI, in turn, and prints ratios; SUITES="matching" ROUNDS=9.
bench-peers: setup
	@python3 Tests/Benchmarks/peers/peers.py --rounds $(or $(ROUNDS),5) $(SUITES)

## Plays SEEDS storms of faults in virtual time (make storm SEEDS=1000 FROM=1), or the one of SEED.
storm: setup
	@STORM_SEEDS=$(or $(SEEDS),1000) STORM_FROM=$(or $(FROM),1) $(SWIFT) test -c release --scratch-path .build/testing -Xswiftc -enable-testing --filter StormTests

# What has threads, sockets, files or C beneath it.
SANITIZED := JournalTests|EventLoopTests|TerminalTests|ScenarioTests

# Faults of memory that a test makes on purpose are for the program to catch.
ASAN := handle_segv=0:use_sigaltstack=0
TSAN := handle_segv=0:suppressions=$(CURDIR)/Tests/Conformance/no_races.txt
LSAN := print_suppressions=0:suppressions=$(CURDIR)/Tests/Conformance/no_leaks.txt

## Runs the tests of the rim and a minute of paper trading under the address and the thread sanitizer.
sanitize: setup
	@for kind in $(or $(KIND),address thread); do echo "The $$kind sanitizer"; \
	  $(SWIFT) build --build-tests --sanitize=$$kind --scratch-path .build/$$kind || exit 1; \
	  for suites in '$(SANITIZED)' '$(SOCKETS)'; do \
	    ASAN_OPTIONS=$(ASAN) LSAN_OPTIONS=$(LSAN) TSAN_OPTIONS=$(TSAN) setarch -R $(SWIFT) test --skip-build --sanitize=$$kind --scratch-path .build/$$kind --filter "^($$suites)\\." || exit 1; done; \
	  python3 Tests/Conformance/paper_minute.py .build/$$kind/debug/perpdeck 60 || exit 1; \
	done

## Fuzzes the command line, the key decoder and the rules of alerts, SECONDS each (SECONDS=60).
fuzz: setup
	@Tests/Fuzz/run.sh $(or $(SECONDS),600)

## Packs the program with its settings, manual page, completions and the unit of systemd into
## .build/dist; the Swift libraries are in it, the C libraries are not. PROGRAM=... packs one that is
## built. What was packed is unpacked and asked for its version and help before it is called good.
dist: setup
	@program=$(PROGRAM); if [ -z "$$program" ]; then \
	  $(SWIFT) build -c release --product perpdeck --static-swift-stdlib --scratch-path .build/static && \
	  program=.build/static/release/perpdeck || exit 1; fi; \
	name=perpdeck-$$($$program --version)-linux-$$(uname -m); folder=.build/dist/$$name; \
	rm -rf $$folder && mkdir -p $$folder/completions $$folder/man/man1 && \
	install -m 0755 $$program $$folder/perpdeck && strip $$folder/perpdeck && \
	cp -R config README.md .env.example $$folder/ && \
	for shell in bash zsh fish; do \
	  $$program --generate-completion-script $$shell > $$folder/completions/perpdeck.$$shell || exit 1; done && \
	python3 Tests/Packaging/manual.py $$program > $$folder/man/man1/perpdeck.1 && \
	tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C .build/dist -czf .build/dist/$$name.tar.gz $$name && \
	Tests/Packaging/check.sh .build/dist/$$name.tar.gz && (cd .build/dist && sha256sum $$name.tar.gz)

lint:
	@$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

## Installs the C libraries that are missing (Debian and Ubuntu).
setup:
	@command -v $(SWIFT) >/dev/null || { echo "make: no Swift toolchain found; install Swift 6.2 or later from swift.org and put it on PATH"; exit 1; }
	@missing=; for name in $(APT); do dpkg-query -W -f='$${db:Status-Status}' $$name 2>/dev/null | grep -qx installed || missing="$$missing $$name"; done; \
	if [ -n "$$missing" ]; then echo "Installing$$missing"; \
	  $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null \
	  || { echo "make: could not install$$missing; install them by hand and try again"; exit 1; }; fi

clean:
	@rm -rf .build
