#!/bin/sh
# No circle of includes goes through two rooms: a room is a folder, and the rooms can be put in a row
# in which each includes what stands before it. Circles between files of one room, where a file is
# x.c with its x.h, are those that the table in ARCHITECTURE.md names, each with its reason.
set -u
cd "$1" || exit 1
failures=0

complain() {
    echo "$*"
    failures=$((failures + 1))
}

rooms='kernels labs tui'
[ -d instructor ] && rooms="$rooms instructor"

# "path includes name" for each include of a file of ours
# shellcheck disable=SC2086
includes=$(grep -rE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' $rooms --include='*.[ch]' |
    sed -E 's/:[^"]*"([^"]*)".*/ \1/')
# shellcheck disable=SC2086
files=$(find $rooms \( -name '*.[ch]' -o -name '*.def' \))

# "rooms A B" for each pair of rooms that reach each other, "files ROOM: a b c" for each circle in one
found=$({ echo "$files"; echo --; echo "$includes"; } | LC_ALL=C awk '
    function stem(path) { sub(/\.[ch]$/, "", path); return path }
    function folder(path) { return match(path, /\/[^\/]*$/) ? substr(path, 1, RSTART - 1) : "." }
    function connect(graph, from, to) {
        if (from == to || (graph, from, to) in known) return
        known[graph, from, to] = 1
        out[graph, from] = out[graph, from] " " to
        if (!((graph, from) in node)) { node[graph, from] = 1; nodes[graph] = nodes[graph] " " from }
    }
    function visit(graph, start, now,    next_ones, i, count) {
        count = split(out[graph, now], next_ones, " ")
        for (i = 1; i <= count; i++)
            if (!((graph, start, next_ones[i]) in reach)) {
                reach[graph, start, next_ones[i]] = 1
                visit(graph, start, next_ones[i])
            }
    }
    BEGIN { places = split("kernels kernels/contract kernels/vector kernels/instruments kernels/ladders", place, " ") }
    $1 == "--" { listed = 1; next }
    !listed { exists[$1] = 1; next }
    {
        target = folder($1) "/" $2
        if (!(target in exists)) target = $2
        for (i = 1; i <= places && !(target in exists); i++) target = place[i] "/" $2
        if (!(target in exists) && $2 !~ /\//) next # one that the build makes
        if (!(target in exists)) { print "lost " $1 " " $2; next }
        connect("files", stem($1), stem(target))
        connect("rooms", folder($1), folder(target))
    }
    END {
        for (g = 1; g <= 2; g++) {
            graph = g == 1 ? "files" : "rooms"
            count = split(nodes[graph], all, " ")
            for (i = 1; i <= count; i++) visit(graph, all[i], all[i])
            for (i = 1; i <= count; i++) {
                if (!((graph, all[i], all[i]) in reach) || (graph, all[i]) in told) continue
                members = ""
                for (j = 1; j <= count; j++)
                    if ((graph, all[i], all[j]) in reach && (graph, all[j], all[i]) in reach) {
                        told[graph, all[j]] = 1
                        members = members " " all[j]
                    }
                print graph members
            }
        }
    }')

# "room: a b c", the files in order, from what was found and from the table
in_order() {
    while read -r room members; do
        # shellcheck disable=SC2086
        echo "$room" $(printf '%s\n' $members | LC_ALL=C sort)
    done | LC_ALL=C sort
}

circles=$(echo "$found" | sed -n 's/^files //p' | while read -r circle; do
    here=
    for file in $circle; do
        here="$here ${file##*/}"
        room=${file%/*}
    done
    echo "$room:$here"
done | in_order)
named=$(sed -n '/^| circle inside a room |/,/^$/s/^| `\([^|]*\)` |[[:space:]]*[^|[:space:]][^|]*|$/\1/p' ARCHITECTURE.md |
    tr -d '`' | in_order)

[ -n "$includes" ] && [ -n "$named" ] || complain "no include, or no table, was found"
lost=$(echo "$found" | sed -n 's/^lost //p')
[ -z "$lost" ] || complain "nobody has what these include: $lost"
echo "$found" | grep '^rooms ' && complain "these rooms include each other, round a circle"
echo "$circles" >"${TMPDIR:-/tmp}/circles.$$"
unlike=$(echo "$named" | LC_ALL=C comm -3 - "${TMPDIR:-/tmp}/circles.$$")
rm -f "${TMPDIR:-/tmp}/circles.$$"
[ -z "$unlike" ] || complain "circles named in ARCHITECTURE.md and not there (left), or there and not named (right):
$unlike"
[ "$failures" = 0 ]
