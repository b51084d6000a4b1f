#!/bin/sh
# README.md shows the list of packages and the labs that are here as they are, and the two commands.
# With --write it brings the tables in README.md up to date instead.
# shellcheck disable=SC2016 # backquotes are Markdown
set -eu
cd "$1"
mode=${2-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

{
    echo '| package | needed | for |'
    echo '| --- | --- | --- |'
    sed -n 's/^\([a-z][^ ]*\)  *\([a-z]*\)  *[^ ]*  *\(.*\)$/| `\1` | \2 | \3 |/p' assets/bootstrap/packages |
        sed 's/ | build | / | to build | /; s/ | test | / | for tests | /'
} >"$scratch/packages"
{
    echo '| lab | its name | minutes |'
    echo '| --- | --- | --- |'
    sed -n 's/.*"number": \([0-9]*\), "id": "\([^"]*\)", "title": { "en": "\([^"]*\)".*"minutes": \([0-9]*\).*"dir":.*/| \1 \3 | `\2` | \4 |/p' \
        labs/memory-wall/course.json
} >"$scratch/labs"

# The table that begins with the same line in README.md.
check_table() { # TABLE SOURCE
    head=$(head -n 1 "$1")
    if [ "$mode" = --write ]; then
        awk -v table="$1" -v head="$head" '
            $0 == head { while ((getline line <table) > 0) print line; inside = 1; next }
            inside && /^\|/ { next }
            { inside = 0; print }' README.md >"$scratch/README.md"
        cp "$scratch/README.md" README.md
    fi
    awk -v head="$head" '$0 == head { inside = 1 } inside && !/^\|/ { exit } inside' README.md >"$scratch/shown"
    if ! diff -u "$scratch/shown" "$1"; then
        echo "README.md differs from $2: tests/setup/readme_test.sh . --write mends it"
        exit 1
    fi
}
check_table "$scratch/packages" assets/bootstrap/packages
check_table "$scratch/labs" labs/memory-wall/course.json
for command in './memwall -y' './memwall -y test'; do
    grep -qxF "$command" README.md || { echo "README.md does not show: $command"; exit 1; }
done
