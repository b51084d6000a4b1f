#!/bin/sh
# memwall starts at once and holds no thread pool: ldd shows neither OpenBLAS, libgomp nor PAPI.
set -eu
libraries=$(ldd "$1")
case $libraries in
*libc.so*) ;;
*) echo "ldd says nothing about $1: $libraries"; exit 1 ;;
esac
for name in openblas gomp papi; do
    case $libraries in
    *"$name"*) echo "$1 links $name"; exit 1 ;;
    esac
done
