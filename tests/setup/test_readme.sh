#!/bin/sh
# README.md shows the list of packages as it is, and the two commands. With --write it brings the
# table in README.md up to date instead.
# shellcheck disable=SC2016 # backquotes are Markdown
set -eu
cd "$1"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

{
    echo '| package | needed | for |'
    echo '| --- | --- | --- |'
    sed -n 's/^\([a-z][^ ]*\)  *\([a-z]*\)  *[^ ]*  *\(.*\)$/| `\1` | \2 | \3 |/p' assets/bootstrap/packages |
        sed 's/ | build | / | to build | /; s/ | test | / | for tests | /'
} >"$scratch/table"
if [ "${2-}" = --write ]; then
    awk -v table="$scratch/table" '
        /^\| package \| needed \| for \|$/ { while ((getline line <table) > 0) print line; inside = 1; next }
        inside && /^\|/ { next }
        { inside = 0; print }' README.md >"$scratch/README.md"
    cp "$scratch/README.md" README.md
fi
sed -n '/^| package | needed | for |$/,/^$/p' README.md | grep '^|' >"$scratch/shown" || true
if ! diff -u "$scratch/shown" "$scratch/table"; then
    echo "README.md differs from assets/bootstrap/packages: tests/setup/test_readme.sh . --write mends it"
    exit 1
fi
for command in './memwall -y' './memwall -y test'; do
    grep -qxF "$command" README.md || { echo "README.md does not show: $command"; exit 1; }
done
