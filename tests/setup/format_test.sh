#!/bin/sh
# All C code is formatted as .clang-format says. Each version of clang-format reads that page somewhat
# differently, so one decides; skipped (77) where it is not installed.
set -u
cd "$1" || exit 1
version=14
if format=$(command -v clang-format-$version); then
    :
elif ! clang-format --version 2>/dev/null | grep -q "version $version\."; then
    echo "skipped: no clang-format $version here"
    exit 77
else
    format=clang-format
fi
files=$(find kernels labs tui instructor tests -name '*.[ch]' 2>/dev/null)
# shellcheck disable=SC2086 # file names in this tree have no spaces
badly=$("$format" --dry-run $files 2>&1 | sed -n 's/:[0-9:]* warning: .*//p' | sort | uniq -c)
[ -n "$badly" ] || exit 0
echo "not formatted (clang-format -i mends it):"
printf '%s\n' "$badly"
exit 1
