#!/bin/sh
# clang builds all of memwall, and what it built names its kernels. Skipped (77) where there is none.
set -u
root=$1
command -v clang >/dev/null || {
    echo "skipped: no clang here"
    exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if ! echo '#include <omp.h>' | clang -fopenmp -fsyntax-only -x c - 2>/dev/null; then
    echo "skipped: clang has no OpenMP here (libomp-dev)"
    exit 77
fi
CC=clang cmake -S "$root" -B "$scratch/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF \
    >"$scratch/log" 2>&1 && cmake --build "$scratch/build" >>"$scratch/log" 2>&1 || {
    grep -E 'error|FAILED|CMake Error' "$scratch/log" || tail -20 "$scratch/log"
    exit 1
}
"$scratch/build/bin/memwall" kernels | grep -q 'gemm/ikj' || {
    echo "what clang built does not know its kernels"
    exit 1
}
