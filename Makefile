# The few verbs people and CI use; each only calls the tool that does the work.
#
#   make run [PORT=8080] [DIR=var]   build, start everything in the foreground, print the address;
#                                    the two ports after it are for API tokens and for metrics
#   make build                       the optimised program at build/cpa, the site at frontend/dist
#   make test                        every test; make test-SUITE runs one: see tests/run
#   make fuzz [ARGS=60]              each fuzz target for 60 seconds
#   make lint, make format           check, or repair, the form of the sources
#   make bench                       speed of imports, pages and `cpa generate`, tables at build/bench-*.md
#   make bench-long                  ten million events through one worker
#   make bench-core                  speed of the policy engine and of the analyser
#   make clean                       remove what was built; data in var/ stays

PORT ?= 8080
DIR ?= var
export PATH := $(CURDIR)/build-tools/bin:$(PATH)

.PHONY: build run test fuzz lint format bench bench-long bench-core clean packages packages-test backend frontend
.DEFAULT_GOAL := build

build: backend frontend

run: build
	@exec deploy/stack --dir "$(DIR)" --port "$(PORT)"

packages:
	@deploy/install-packages run
	@deploy/install-tools

packages-test:
	@deploy/install-packages test
	@deploy/install-tools

backend: packages
	@deploy/build-program build --for cpa --buildtype=release -Db_lto=true

frontend: packages
	@deploy/build-frontend

test: packages-test
	@tests/run

# make test-unit, test-api ...: one suite; ARGS are handed to its tool.
test-%: packages-test
	@tests/run $* $(ARGS)

bench: packages-test backend
	@ninja -C build --quiet bench_import bench_jansson
	@tests/bench/import build/cpa $(ARGS) | tee build/bench-import.md
	@tests/bench/pages build/cpa | tee build/bench-pages.md
	@tests/bench/generate build | tee build/bench-generate.md

bench-long: packages-test backend
	@tests/bench/long build/cpa $(ARGS) | tee build/bench-long.md

bench-core: backend
	@ninja -C build --quiet bench_generate bench_simulate
	@build/bench_simulate
	@tests/bench/run build $(ARGS)

fuzz: packages-test
	@tests/fuzz/run $(ARGS)

lint: packages-test
	@tests/run lint

format:
	@clang-format -i $$(git ls-files '*.c' '*.h' '*.cc')
	@cd frontend && npm run --silent format

clean:
	@rm -rf build build-asan build-fuzz frontend/dist frontend/node_modules build-tools
