#!/bin/sh
# Inside kernels/ a room includes what the table in ARCHITECTURE.md allows it, and nothing else. Rows
# stand on those above them, so that no circle can be written down.
set -u
cd "$1" || exit 1
failures=0

# "room:may:use:" for each row "| `room` | `may` `use` |" under the table's heading
table=$(sed -n '/^| room of `kernels\/` |/,/^$/s/^| `\([^|]*\)` |\(.*\)|$/\1 \2/p' ARCHITECTURE.md |
    tr -d '`' | sed 's/  */:/g; s/:*$/:/')

complain() {
    echo "$*"
    failures=$((failures + 1))
}

above=:
for row in $table; do
    room=${row%%:*}
    [ -d "kernels/$room" ] || complain "ARCHITECTURE.md: there is no room kernels/$room"
    for used in $(echo "${row#*:}" | tr : ' '); do
        case $above in
        *":$used:"*) ;;
        *) complain "ARCHITECTURE.md: $room uses $used, which is no row above it" ;;
        esac
    done
    above=$above$room:
done

# room_of FILE: sets room to the row in which the file lies
room_of() {
    for row in $table; do
        room=${row%%:*}
        case $1 in "kernels/$room/"*) return ;; esac
    done
    room=
}

# file_of INCLUDER NAME: sets file to what the compiler takes
file_of() {
    for folder in "${1%/*}" kernels kernels/contract kernels/vector kernels/instruments kernels/ladders; do
        file=$folder/$2
        [ -f "$file" ] && return
    done
    file=
}

includes=$(grep -rE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' kernels --include='*.[ch]' |
    sed -E 's/:[^"]*"([^"]*)".*/:\1/')
for include in $includes; do
    from=${include%%:*}
    file_of "$from" "${include#*:}"
    room_of "$from"
    here=$room
    allowed=$row
    [ -n "$here" ] || complain "$from lies in no room of the table in ARCHITECTURE.md"
    [ -n "$file" ] || { complain "$from includes ${include#*:}, which is not in kernels/"; continue; }
    room_of "$file"
    case :$allowed in
    *":$room:"*) ;;
    *) complain "$from: $here may not include ${file#kernels/}" ;;
    esac
done
[ -n "$includes" ] && [ -n "$table" ] || complain "no include, or no table, was found"
[ "$failures" = 0 ]
