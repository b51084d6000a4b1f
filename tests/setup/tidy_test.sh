#!/bin/sh
# tidy_test.sh ROOT BUILD [--all]: clang-tidy finds nothing in the units that changed.
#
# A unit is a .c file with the headers of ours that it includes. BUILD/tidy/clean remembers the sums of each unit's
# files when nothing was found in it, unit by unit, so that a run that is cut short loses nothing; units with other
# sums are looked at. In a build folder that remembers nothing these are the units that differ from the commit
# before (no more than 40, which is minutes), with --all every one. Skipped (77) where clang-tidy 14 is not installed: each version has other checks.
set -u
root=$(cd "$1" && pwd) && build=$(cd "$2" && pwd) || exit 1
all=${3-}
skip() {
    echo "skipped: $*"
    exit 77
}
tidy=
for name in clang-tidy-14 clang-tidy; do
    "$name" --version 2>/dev/null | grep -q 'version 14\.' && tidy=$name && break
done
[ -n "$tidy" ] || skip "no clang-tidy 14 here"
[ -f "$build/build.ninja" ] || skip "$build was not configured for Ninja"
mkdir -p "$build/tidy" || exit 1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
memory=$build/tidy/clean
cd "$root" || exit 1

# One command for each file, as clang understands it, with tidy.h in front.
awk -v told="$root/tests/setup/tidy.h" '
    /^  "directory"/ { directory = $0 }
    /^  "command"/ { command = $0 }
    /^  "file"/ {
        file = $0
        sub(/,$/, "", file)
        if (seen[file]++) next
        gsub(/ -fno-tree-loop-distribute-patterns/, "", command)
        if (file !~ /model\/status\.c"$/) sub(/ -/, " -include " told " -", command)
        printf "%s{\n%s\n%s\n%s\n}", (written++ ? ",\n" : "[\n"), directory, command, file
    }
    END { print "\n]" }' "$build/compile_commands.json" >"$build/tidy/compile_commands.json"

# Each unit with its own files: "unit file…", as the compiler wrote them down; what was never built has only itself.
sed -n "s|^  \"file\": \"$root/\\(.*\\.c\\)\"|\\1|p" "$build/tidy/compile_commands.json" |
    grep -E '^(kernels|labs|tui|tests|instructor)/' | sort >"$scratch/units"
ninja -C "$build" -t deps 2>/dev/null | awk -v root="$root/" -v build="${build#"$root"/}" '
    BEGIN { up = build; gsub(/[^\/]+/, "..", up); up = up "/" }
    /^[^ ]/ { unit = ""; next }
    /^    / {
        file = $1
        if (index(file, root) == 1) file = substr(file, length(root) + 1)
        else if (index(file, up) == 1) file = substr(file, length(up) + 1)
        else next
        if (unit == "") unit = file
        if (!((unit, file) in seen)) { seen[unit, file]; print unit, file }
    }' | sort -u >"$scratch/built"
awk '{ print $1, $1 }' "$scratch/units" | sort -u - "$scratch/built" >"$scratch/files"

# What each of them is now: "unit sum…", a line for each unit.
cut -d' ' -f2 "$scratch/files" | sort -u | while read -r file; do
    [ -f "$file" ] && cksum "$file"
done | awk '
    NR == FNR { sum[$3] = $1 "." $2; next }
    $1 != unit { if (unit != "") print line; unit = line = $1 }
    { line = line " " sum[$2] }
    END { if (unit != "") print line }' - "$scratch/files" >"$scratch/every"
awk 'FILENAME == ARGV[1] { known[$1]; next } $1 in known' "$scratch/units" "$scratch/every" >"$scratch/now"

jobs=1
if [ "$all" = --all ]; then
    jobs=$(getconf _NPROCESSORS_ONLN)
    cp "$scratch/units" "$scratch/changed"
elif [ -f "$memory" ]; then
    grep -vxFf "$memory" "$scratch/now" | cut -d' ' -f1 >"$scratch/changed"
else
    git diff --name-only HEAD~1 -- >"$scratch/differs" 2>/dev/null ||
        skip "no clean run is remembered in $build, and git knows no commit before"
    awk 'FILENAME == ARGV[1] { differs[$1]; next } $2 in differs { print $1 }' "$scratch/differs" "$scratch/files" |
        sort -u | grep -xFf "$scratch/units" >"$scratch/changed"
    [ "$(wc -l <"$scratch/changed")" -le 40 ] ||
        skip "$(wc -l <"$scratch/changed") units changed: 'ctest -R setup_tidy_all' looks at everything, once"
    awk 'FILENAME == ARGV[1] { changed[$1]; next } !($1 in changed)' "$scratch/changed" "$scratch/now" >"$memory"
fi

: >"$scratch/faulty"
export tidy build scratch memory
# shellcheck disable=SC2016 # for the inner shell
xargs -r -P "$jobs" -n 1 sh -c '
    if said=$("$tidy" -p "$build/tidy" --quiet --warnings-as-errors="*" "$1" 2>/dev/null); then
        grep "^$1 " "$scratch/now" >>"$memory"
    else
        printf "%s\n" "$said"
        echo "$1" >>"$scratch/faulty"
    fi' tidy <"$scratch/changed"
[ -f "$memory" ] || : >"$memory"
grep -xFf "$memory" "$scratch/now" |
    awk 'FILENAME == ARGV[1] { faulty[$1]; next } !($1 in faulty)' "$scratch/faulty" - >"$scratch/clean"
cp "$scratch/clean" "$memory"
echo "$(wc -l <"$scratch/changed") of $(wc -l <"$scratch/units") units looked at, $(wc -l <"$scratch/faulty") of them faulty"
[ ! -s "$scratch/faulty" ]
