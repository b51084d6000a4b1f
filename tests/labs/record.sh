#!/bin/sh
# record.sh PROGRAM [FOLDER …]: plays labs with their demonstration answers on real kernels, from three
# seeds each, and keeps the recordings that the tests replay. Without FOLDER: all labs. The machine
# should have nothing else to do.
set -eu

program=$1
shift
tests=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
labs=$tests/../../labs/memory-wall
[ $# -gt 0 ] || set -- $(cd "$labs" && ls -d [0-9]*)

for lab in "$@"; do
    mkdir -p "$tests/$lab"
    for seed in one two three; do
        printf '%s, seed %s\n' "$lab" "$seed"
        "$program" run "$labs/$lab" --answers "$labs/$lab/demo.json" --seed "$seed" --no-progress \
            --record "$tests/$lab/$seed.json" >/dev/null
    done
done
