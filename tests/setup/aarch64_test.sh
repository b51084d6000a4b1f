#!/bin/sh
# The loops of every family, and the portable probes, compile for AArch64. Skipped (77) where there is no
# compiler for it.
set -u
cd "$1" || exit 1
compiler=aarch64-linux-gnu-gcc
command -v $compiler >/dev/null || {
    echo "skipped: no $compiler here"
    exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
compiled=0
for file in $(find kernels/ladders -name 'bodies*.c') kernels/instruments/machine/probes_portable.c; do
    folders="-I${file%/*} -Ikernels -Ikernels/contract -Ikernels/vector -Ikernels/instruments -Ikernels/ladders"
    # shellcheck disable=SC2086 # a list of options
    $compiler -std=gnu17 -O3 -D_GNU_SOURCE -DMW_ISA=generic $folders -c "$file" \
        -o "$scratch/object.o" || {
        echo "$file does not compile for AArch64"
        failures=$((failures + 1))
    }
    compiled=$((compiled + 1))
done
[ "$compiled" -gt 10 ] || {
    echo "only $compiled files were found"
    exit 1
}
[ "$failures" = 0 ]
