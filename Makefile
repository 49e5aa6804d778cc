#   The two commands are `make run` and `make test`; each does its own set-up. CMake builds; this file only gives things a name.

.DEFAULT_GOAL := help
.PHONY: help setup build run test unit e2e tsan fuzz soak weather tidy bench format clean

help:           #   says what there is
	@awk '/^[a-z0-9]+:.*#/ { name = $$1; sub (":", "", name); sub ("^[^#]*# +", ""); printf "make %-8s %s\n", name, $$0 }' Makefile

setup:          #   what building needs, on Debian 12 and 13 (root or sudo when a package is missing)
	@scripts/setup build

build: setup    #   build/release/cloudwatch-mcp and build/release/cloudwatch-sim
	@scripts/build release

run: build      #   serves on 3334, from AWS, or without credentials from the simulator; flags in ARGS
	@scripts/run $(ARGS)

test:           #   everything that .ci/run runs: tidy, unit and e2e under ASan, tsan, FUZZ_SECONDS (8) of each fuzzer
	@scripts/test

unit:           #   the unit tests, under ASan and UBSan
	@scripts/test unit

e2e:            #   official clients against the real programs, under ASan and UBSan
	@scripts/test e2e

tsan:           #   the tests under ThreadSanitizer
	@scripts/test tsan

fuzz:           #   each fuzzer for FUZZ_SECONDS (8)
	@scripts/test fuzz

soak:           #   ten minutes of credentials that end every 20 s, under load, under ASan; SOAK_SECONDS (600)
	@scripts/test soak

weather:        #   ten minutes of hostile HTTP and slowhttptest's attacks, under ASan; FUZZ_SECONDS (600)
	@scripts/test weather

tidy:           #   the rules of the house that a program can check
	@scripts/test tidy

bench:          #   requests/s, latency, CPU and memory, beside a floor from the same run
	@scripts/setup bench
	@scripts/build bench
	@tests/bench/run

format:         #   the house's C style, as far as clang-format can tell
	@scripts/format

clean:          #   removes what was built; build/deps stays, it costs a download
	@rm -rf build/release build/asan build/tsan build/fuzz build/bench build/test-logs
