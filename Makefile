# `make help` lists what there is. CI calls only these targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Lint and build in one pass: clippy-driver is rustc with the lints switched on. A warning is an error, as `cargo clippy
# -- -D warnings` would pass it on.
export RUSTC_WORKSPACE_WRAPPER := clippy-driver
export CLIPPY_ARGS := -Dwarnings__CLIPPY_HACKERY__
OFFLINE := SQLX_OFFLINE=true
DEVSTACK := target/debug/devstack
BUF := cd proto && npx --no-install buf
WEB := services/web
# Folders too: they are newer once a file was taken away.
WEB_SOURCES = $(shell find $(WEB)/src $(WEB)/public $(WEB)/build proto/deltaga -not -path '$(WEB)/src/gen*') \
	$(addprefix $(WEB)/,index.html package-lock.json tsconfig.json vite.config.ts buf.gen.yaml)

.PHONY: help run test check prerequisites test-prerequisites format contract web build tests tests-within \
	tests-across e2e browser torture mutants bench fuzz audit proto db-prepare manifests reset

help: ## Show this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: prerequisites web ## Start the whole stack and do the main job once; Ctrl-C stops it
	@$(OFFLINE) cargo build --locked --workspace --bins
	@exec $(DEVSTACK) run

test: check tests ## Everything CI runs

# Side by side: while one fetches, the other works. cargo counts its own jobs.
check: test-prerequisites ## Formatting, contract, lints, freshness of generated files
	@$(MAKE) --no-print-directory --jobs 2 format contract web build

prerequisites:
	@deploy/prerequisites.sh

test-prerequisites:
	@deploy/prerequisites.sh test

format:
	@cargo fmt --all --check

contract: proto/node_modules ## Lint the contract and compare it with the released one
	@$(BUF) lint
	@$(BUF) breaking --against released.binpb

web: $(WEB)/dist/version.txt ## Build the browser client, with its texts, types and size checked

$(WEB)/dist/version.txt: $(WEB_SOURCES) | $(WEB)/node_modules proto/node_modules
	@cd $(WEB) && npm run --silent generate && npm run --silent check && npm run --silent build

%/node_modules: %/package-lock.json
	@cd $* && npm ci --no-audit --no-fund && touch node_modules

build:
	@rm -rf target/sqlx && mkdir -p target/sqlx
	@touch $(patsubst %/sqlx.toml,%/src/lib.rs,$(wildcard services/*/sqlx.toml))
	@MAKEFLAGS= tests/support/with-databases.sh env -u SQLX_OFFLINE SQLX_OFFLINE_DIR=$(CURDIR)/target/sqlx \
		cargo build --locked --workspace --all-targets
	@tests/support/sql-metadata.sh check

tests:
	@$(DEVSTACK) test-surroundings -- $(OFFLINE) $(MAKE) --no-print-directory --keep-going tests-within tests-across

# Everything but the tests over whole processes. No other test target may begin with an e. Most of them wait for a database
# or a broker: two at a time per core.
tests-within:
	@cargo test --locked --workspace --no-fail-fast --lib --bins --test '[!e]*' -- --test-threads $$((2 * $$(nproc)))
	@cargo test --locked --workspace --doc

# Whole processes wait more than they compute, and each test waits for its place by itself: all of them at once.
tests-across: web tests/browser/node_modules
	@cargo test --locked --workspace --test e2e -- --test-threads 40

e2e: test-prerequisites ## Only the tests over whole processes
	@$(OFFLINE) cargo build --locked --workspace --all-targets
	@$(DEVSTACK) test-surroundings -- $(OFFLINE) $(MAKE) --no-print-directory tests-across

browser: test-prerequisites web tests/browser/node_modules ## Every page and state in the browser (at most 45 minutes)
	@$(OFFLINE) cargo build --locked --workspace --all-targets
	@$(DEVSTACK) test-surroundings -- env $(OFFLINE) BROWSER=whole \
		cargo test --locked --workspace --test e2e -- browser:: --nocapture

torture: test-prerequisites ## The invariants under large numbers and random seeds (at most 30 minutes)
	@$(OFFLINE) cargo build --locked --workspace --all-targets
	@$(DEVSTACK) test-surroundings -- $(OFFLINE) $(DEVSTACK) torture

mutants: test-prerequisites ## Break rules one by one in a copy of the sources; a test must notice each (ONLY=some,words of names)
	@$(OFFLINE) cargo build --locked --package devstack --package mutants
	@$(DEVSTACK) test-surroundings --home .run/mutants -- $(OFFLINE) target/debug/mutants $(if $(ONLY),--only '$(ONLY)')

bench: prerequisites ## Ratios against the fastest simple program that does the same (at most 20 minutes)
	@$(OFFLINE) cargo build --locked --package devstack
	@env -u RUSTC_WORKSPACE_WRAPPER $(DEVSTACK) test-surroundings -- $(OFFLINE) $(DEVSTACK) bench

fuzz: prerequisites ## Throw random input at every parser of what comes from outside
	@PROPTEST_CASES=$${PROPTEST_CASES:-100000} $(OFFLINE) cargo test --locked --workspace --lib withstands

audit: ## Licences, advisories and duplicates of dependencies (needs cargo-deny)
	@cargo deny check

proto: proto/node_modules ## Make the present contract the released one (with a CHANGELOG heading)
	@$(BUF) build -o released.binpb

db-prepare: ## Renew the query metadata of every crate
	@tests/support/with-databases.sh tests/support/sql-metadata.sh update

manifests: ## Generate the Kubernetes resources that have a source elsewhere
	@$(DEVSTACK) manifests

reset: ## Forget the state of `make run`
	@if [ -x $(DEVSTACK) ]; then $(DEVSTACK) reset; else rm -rf .run; fi
