#!/bin/sh
# Another compiler than gcc is refused while configuring, in one sentence that says how to take gcc.
set -u
root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

failed() {
    echo "$*:"
    cat "$scratch/log"
    exit 1
}

refused() { # COMMAND…
    ! "$@" >"$scratch/log" 2>&1 || failed "not refused"
    tr '\n' ' ' <"$scratch/log" | tr -s ' ' | grep -q "$says" || failed "no word of '$says'"
}

rule=$root/assets/cmake/MemwallCompiler.cmake
says='built with gcc, and the C compiler here is Other (/opt/other). To take gcc: CC=gcc ./memwall'
refused cmake -DCMAKE_C_COMPILER_ID=Other -DCMAKE_C_COMPILER=/opt/other -P "$rule"
cmake -DCMAKE_C_COMPILER_ID=GNU -P "$rule" >"$scratch/log" 2>&1 || failed "gcc is refused"

command -v clang >/dev/null || exit 0
says='the C compiler here is Clang'
refused env CC=clang cmake -S "$root" -B "$scratch/build"
