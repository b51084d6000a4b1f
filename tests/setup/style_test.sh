#!/bin/sh
# Which room may include what: rules that hold for the whole tree and that no compiler looks after.
set -u
cd "$1" || exit 1
failures=0

# forbid WHAT HEADER-PATTERN FOLDER… [-- EXCEPT…]
forbid() {
    what=$1
    pattern=$2
    shift 2
    for folder in "$@"; do
        [ -d "$folder" ] || continue
        found=$(grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($pattern)" "$folder" \
            --include='*.c' --include='*.h' | grep -vE "$except" || true)
        if [ -n "$found" ]; then
            echo "$what:"
            printf '%s\n' "$found"
            failures=$((failures + 1))
        fi
    done
}

except='^tui/terminal/terminal\.c:'
forbid "only tui/terminal/terminal.c may include curses" '(ncursesw/|ncurses/)?(n?curses|term)\.h' \
    kernels labs tui instructor tests
except='^$'
forbid "kernels know neither Lua, JSON nor curses" '(lua|lauxlib|lualib|jansson|sqlite3|ncurses)' kernels
forbid "kernels use nothing of the floors above" '(labs|tui|instructor)/' kernels
forbid "labs use nothing of the floor above" '(tui|instructor)/' labs
forbid "the front end knows neither Lua nor libraries of kernels" \
    '(lua|lauxlib|lualib|cblas|openblas|papi|omp|hwloc)' tui labs/engine/host labs/engine/wire labs/chart
forbid "translations are read by labs/locale/catalogue.c: not every C library reads them" 'libintl' \
    kernels labs tui instructor tests
forbid "the model of roofline and numbers needs only the C library" '(cblas|papi|omp|hwloc|pthread)' kernels/model
forbid "a test includes headers, never a .c file" '[^">]*\.c[">]' tests

# Compilers for AArch64 may end in an internal error when one is passed by value.
# shellcheck disable=SC2046 # file names in this tree have no spaces
loose=$(sed -nE 's/^typedef [A-Za-z0-9_]+ ([A-Za-z0-9_]+(\([a-z_]+\))?) __attribute__\(.*aligned\(.*/\1/p' \
    $(find kernels -name '*.h') | sort -u | sed 's/[()]/\\&/g' | tr '\n' '|')
found=$(grep -rnE "[(,] *(const )?(${loose%|}) [a-z_]+[,)]" kernels --include='*.[ch]' || true)
if [ -z "$loose" ] || [ -n "$found" ]; then
    echo "a vector of loose alignment is taken by its address (known: $loose):"
    printf '%s\n' "$found"
    failures=$((failures + 1))
fi

# cmocka 2 makes a macro of stop() and warns of these two; version 1 has no others in their place.
found=$(grep -rnE '\b(assert_(not_)?in_range|stop)\(' tests --include='*.c' --include='*.h' || true)
if [ -n "$found" ]; then
    echo "cmocka 2 does not take these (assert_true says a range, another name a function):"
    printf '%s\n' "$found"
    failures=$((failures + 1))
fi

# One way to test a status, and one to name a test: what it is, then _test.
found=$(grep -rnE '(!|&& |\|\| |if \(|while \()status(\)| \?| &&| \|\|)|; !?status;' kernels labs tui tests instructor \
    --include='*.c' --include='*.h' 2>/dev/null || true)
if [ -n "$found" ]; then
    echo "a status is compared with MW_OK:"
    printf '%s\n' "$found"
    failures=$((failures + 1))
fi
found=$(find tests \( -name 'test_*' -o -name 'test-*' \) -type f)
if [ -n "$found" ]; then
    echo "a file that is a test is named WHAT_test:"
    printf '%s\n' "$found"
    failures=$((failures + 1))
fi

# Whoever opens a file is told first what it does: its story stands in line 1. Not in a course: every change of a lab
# is a version of it, which students are told of.
found=$(find kernels labs tui tests instructor scripts-lua -type f \( -name '*.[ch]' -o -name '*.lua' \) \
    ! -path 'tests/host/fixtures/*' ! -path 'labs/memory-wall/*' 2>/dev/null |
    while read -r file; do
        IFS= read -r line <"$file" || [ -n "$line" ] || line=
        case $file:$line in
        *.lua:--*[!\ -]* | *.[ch]:'/*'*) ;;
        *) echo "$file" ;;
        esac
    done)
if [ -n "$found" ]; then
    echo "line 1 of a file says what it does (/* x.c: what it does */, -- x.lua: what it does):"
    printf '%s\n' "$found"
    failures=$((failures + 1))
fi

[ "$failures" = 0 ]
