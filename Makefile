# `make demo` and `make test` do all of their own set-up on a fresh Debian 12 with git and a Swift 6.3 toolchain.

PREFIX ?= /usr/local
SWIFT ?= swift
BINARY := .build/release/weir
# The Swift runtime goes into the binary: it starts twice as fast and needs no toolchain where it runs.
RELEASE := -c release --static-swift-stdlib -Xlinker -s --product weir
FUZZ_SECONDS ?= 600
PACKAGES := libreadline-dev libsqlite3-dev libpng-dev libopenblas-dev zlib1g-dev libexpat1-dev libzstd-dev libsnappy-dev liblz4-dev

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-all build install bench fuzz docs clean

help:
	@echo "make demo      set up, build and run notebooks/quickstart.mlnb"
	@echo "make test      set up and run the tests"
	@echo "make test-all  the same with the slow tests"
	@echo "make build     the release binary, $(BINARY)"
	@echo "make install   binary, standard library and shell completions under PREFIX ($(PREFIX))"
	@echo "make bench     Weir beside its peers"
	@echo "make fuzz      hostile input for FUZZ_SECONDS ($(FUZZ_SECONDS))"
	@echo "make docs      write the generated pages of docs/ anew"

# The Debian packages that are missing, and a word where there is no Swift.
setup:
	@missing=""; for package in $(PACKAGES); do \
	  dpkg -s $$package >/dev/null 2>&1 || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  echo "installing$$missing"; \
	  run=""; [ "$$(id -u)" = 0 ] || run=sudo; \
	  $$run apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -qq --no-install-recommends $$missing >/dev/null || \
	  { echo "could not install$$missing; install them by hand and run make again" >&2; exit 1; }; fi
	@command -v $(SWIFT) >/dev/null || { echo "Swift 6.3 is needed: https://www.swift.org/install/linux" >&2; exit 1; }

build: setup
	$(SWIFT) build $(RELEASE)
	@echo "built $(BINARY)"

demo: build
	$(BINARY) run notebooks/quickstart.mlnb --report report.html
	@echo "the report lies in $(CURDIR)/report.html"

test: setup
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

test-all: setup
	$(SWIFT) build --build-tests
	WEIR_SLOW_TESTS=1 $(SWIFT) test --skip-build

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/weir/stdlib
	install -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/weir
	install -m 644 stdlib/*.weir $(DESTDIR)$(PREFIX)/share/weir/stdlib/
	install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	install -d $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	$(BINARY) --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/weir
	$(BINARY) --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_weir
	$(BINARY) --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/weir.fish

bench: build
	for product in weir-model-bench weir-table-bench weir-network-bench weir-tensor-bench; do \
	  $(SWIFT) build -c release --product $$product || exit 1; done
	./Benchmarks/run.sh

fuzz: setup
	$(SWIFT) build --build-tests
	WEIR_FUZZ_SECONDS=$(FUZZ_SECONDS) $(SWIFT) test --skip-build --filter Fuzz

docs: build
	$(BINARY) catalog --pages docs/reference

clean:
	rm -rf .build
