#!/bin/sh
# Another compiler than gcc and clang is refused while configuring, in one sentence that says how to take
# gcc.
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
says='built with gcc, or with clang, and the C compiler here is Other (/opt/other). To take gcc: CC=gcc ./memwall'
refused cmake -DCMAKE_C_COMPILER_ID=Other -DCMAKE_C_COMPILER=/opt/other -P "$rule"
for taken in GNU Clang; do
    cmake -DCMAKE_C_COMPILER_ID=$taken -P "$rule" >"$scratch/log" 2>&1 || failed "$taken is refused"
done
