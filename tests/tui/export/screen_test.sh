#!/bin/sh
# memwall screen: pictures of the course map, and one clear line for what cannot be drawn.
memwall=$1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
export XDG_DATA_HOME="$folder" XDG_CACHE_HOME="$folder" LC_ALL=C.UTF-8 LANGUAGE=

fail() {
    echo "$1" >&2
    exit 1
}
refused() {
    said=$("$memwall" "$@" 2>&1)
    [ $? -eq 2 ] || fail "'$*' is not refused with exit code 2: $said"
    [ "$(printf '%s\n' "$said" | wc -l)" -eq 1 ] || fail "'$*' is not refused in one line: $said"
}

"$memwall" screen course -o "$folder/map.txt" --size 80x24 || fail "no picture of the course map"
grep -q "One user or many" "$folder/map.txt" || fail "the course map does not show lab 04"
[ "$(wc -l <"$folder/map.txt")" -eq 24 ] || fail "the picture has not 24 lines"
"$memwall" screen machine -o "$folder/machine.svg" || fail "no picture of the machine"
grep -q "</svg>" "$folder/machine.svg" || fail "the picture is no SVG"
"$memwall" screen course -o "$folder/map.txt" --size 40x12 && grep -q "60×20" "$folder/map.txt" ||
    fail "a small screen does not say what it needs"

# The charset is that of pictures, lines and marks: texts stay what they are.
"$memwall" screen course -o "$folder/zh.txt" --lang zh_CN --charset ascii --size 80x24 &&
    grep -q "内存" "$folder/zh.txt" || fail "an ASCII charset loses the Chinese texts"
grep -q "[─│●○★]" "$folder/zh.txt" && fail "an ASCII charset draws lines or marks beyond ASCII"

refused screen course
refused screen course -o "$folder/map.jpeg"
refused screen course -o "$folder/map.txt" --size huge
refused screen course -o "$folder/map.txt" --size 0x0
refused screen course -o "$folder/map.txt" --theme plaid
refused screen no-such-lab -o "$folder/map.txt"
