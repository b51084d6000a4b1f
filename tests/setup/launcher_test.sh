#!/bin/sh
# The launcher ./memwall: every way a first start can go, on a tree of one source file that is really
# configured and built. Only the system's own hands (apt-get, dpkg-query, id, sudo) are played, each
# by a script that writes down how it was called.
# shellcheck disable=SC2016 # scripts are written here, not run
set -u
root=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
unset MEMWALL_YES

# A fresh tree in $scratch/tree and a PATH that holds only $scratch/bin.
setting() {
    echo "-- $1"
    rm -rf "${scratch:?}/tree" "${scratch:?}/bin" "$scratch/calls"
    mkdir -p "$scratch/tree/assets/bootstrap" "$scratch/tree/tui" "$scratch/bin"
    : >"$scratch/calls"
    tree=$scratch/tree
    cp "$root/memwall" "$root/CMakePresets.json" "$tree/"
    cp "$root/assets/bootstrap/packages" "$tree/assets/bootstrap/"
    cat >"$tree/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(tiny LANGUAGES C)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
add_executable(memwall tui/main.c)
enable_testing()
add_test(NAME works COMMAND memwall works)
add_test(NAME fails COMMAND memwall fail)
add_test(NAME lasts COMMAND memwall lasts)
set_tests_properties(works PROPERTIES LABELS unit)
set_tests_properties(lasts PROPERTIES LABELS long)
END
    program 'one'
    for tool in sh cc gcc cmake ctest ninja as ld sed grep sort tr head tail find mkdir rm mv cp cat \
        env ln readlink flock tee getconf dirname uname id pkg-config ar ranlib nm; do
        tool_path=$(command -v "$tool") && ln -s "$tool_path" "$scratch/bin/$tool"
    done
}

program() { # WORD
    cat >"$scratch/tree/tui/main.c" <<END
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
    printf("$1");
    for (int i = 1; i < argc; i++) {
        printf(" <%s>", argv[i]);
    }
    printf("\\n");
    return argc > 1 && strcmp(argv[1], "fail") == 0 ? 7 : 0;
}
END
}

play() { # NAME SCRIPT
    rm -f "$scratch/bin/$1"
    printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n%s\n' "$1" "$scratch" "$2" >"$scratch/bin/$1"
    chmod +x "$scratch/bin/$1"
}

launch() { # ARG…
    PATH=$scratch/bin "$tree/memwall" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
    status=$?
}

expect() { # WHAT CONDITION…
    what=$1
    shift
    if ! "$@"; then
        echo "FAILED: $what (status $status)"
        sed 's/^/  out: /' "$scratch/out"
        sed 's/^/  err: /' "$scratch/err"
        sed 's/^/  call: /' "$scratch/calls"
        failures=$((failures + 1))
    fi
}

ended() {
    [ "$status" = "$1" ]
}
printed() {
    [ "$(cat "$scratch/out")" = "$1" ]
}
said() {
    grep -qF -- "$1" "$scratch/err"
}
called() {
    grep -qF -- "$1" "$scratch/calls"
}
not() {
    ! "$@"
}
all_packages_are_there() {
    play dpkg-query 'shift 3; for p in "$@"; do echo "ii $p"; done'
    play apt-get 'exit 1'
}

setting "a first start builds, hands over every argument and gives back the status"
all_packages_are_there
launch fail 'two words' ''
expect "arguments" printed 'one <fail> <two words> <>'
expect "status" ended 7
expect "nothing installed" not called apt-get

setting "a warm start runs neither cmake nor any package tool"
all_packages_are_there
launch first
: >"$scratch/calls"
play cmake 'exit 9'
launch again
expect "it ran" printed 'one <again>'
expect "nothing was called" not called ' '
expect "nothing was said" [ ! -s "$scratch/err" ]

setting "a changed source is built again, a launch from another folder and through a link too"
all_packages_are_there
launch
sleep 0.02
program 'two'
ln -s "$tree/memwall" "$scratch/link"
(cd / && PATH=$scratch/bin "$scratch/link" x >"$scratch/out" 2>"$scratch/err")
expect "new program" printed 'two <x>'
rm -f "$scratch/link"

setting "a build that fails shows the end of its log and where the rest is, and resumes when mended"
all_packages_are_there
echo 'mistake here;' >"$tree/tui/main.c"
launch
expect "status" ended 1
expect "the compiler's words" said 'mistake'
expect "the log" said "$tree/build/memwall-build.log"
program 'mended'
launch
expect "mended" printed 'mended'

setting "a configuration that failed is begun anew, with what is given then"
all_packages_are_there
cat >>"$tree/CMakeLists.txt" <<'END'
set(GIVEN "$ENV{GIVEN}" CACHE STRING "remembered, as a compiler is")
if(GIVEN STREQUAL "wrong")
    message(FATAL_ERROR "this one is refused")
endif()
END
GIVEN=wrong
export GIVEN
launch
unset GIVEN
expect "status" ended 1
expect "why" said 'this one is refused'
launch
expect "it ran" printed 'one'

setting "a configuration that ended half-way is taken up again"
all_packages_are_there
mkdir -p "$tree/build/CMakeFiles"
echo 'CMAKE_GENERATOR:INTERNAL=Ni' >"$tree/build/CMakeCache.txt"
launch
expect "it ran" printed 'one'

setting "a tree that was moved builds again in its new place"
all_packages_are_there
launch
mv "$tree" "$scratch/moved tree"
tree="$scratch/moved tree"
launch x
expect "it ran" printed 'one <x>'
expect "built here" grep -q "moved tree" "$tree/build/CMakeCache.txt"
rm -rf "$tree"

setting "two launches at once build once and both run"
all_packages_are_there
real=$(command -v cmake)
play cmake "exec $real \"\$@\""
PATH=$scratch/bin "$tree/memwall" a >"$scratch/a" 2>&1 </dev/null &
PATH=$scratch/bin "$tree/memwall" b >"$scratch/b" 2>/dev/null </dev/null
wait
expect "the first" grep -q 'one <a>' "$scratch/a"
expect "the second" grep -q 'one <b>' "$scratch/b"
expect "one configuration" [ "$(grep -c -- --preset "$scratch/calls")" = 1 ]

setting "without a terminal and without -y nothing is installed: the exact command, status 2"
play dpkg-query 'exit 1'
play apt-get 'exit 0'
rm "$scratch/bin/ninja"
launch
expect "status" ended 2
expect "the command" said 'apt-get install --no-install-recommends'
expect "the package" said 'ninja-build'
expect "what for" said 'runs the build'
expect "the short way" said './memwall -y'
expect "nothing installed" not called apt-get

setting "with -y as root the missing packages are installed, those of the tests not"
play dpkg-query 'exit 1'
play id 'echo 0'
play apt-cache 'exit 0'
play apt-get "case \"\$*\" in *' install '*) ln -sf $(command -v ninja) $scratch/bin/ninja ;; esac"
rm "$scratch/bin/ninja"
launch -y x
expect "installed" called 'install -y --no-install-recommends'
expect "the missing one" called 'ninja-build'
expect "then built and run" printed 'one <x>'
expect "no test packages" not called 'gettext libcmocka'

setting "MEMWALL_YES=1 is a yes as well"
play dpkg-query 'exit 1'
play id 'echo 0'
play apt-cache 'exit 0'
play apt-get "case \"\$*\" in *' install '*) ln -sf $(command -v ninja) $scratch/bin/ninja ;; esac"
rm "$scratch/bin/ninja"
MEMWALL_YES=1
export MEMWALL_YES
launch
unset MEMWALL_YES
expect "built and run" printed 'one'

answer() { # TEXT: launches on a terminal where TEXT is typed
    printf '%s\n' "$1" | PATH=$scratch/bin SHELL=$(command -v sh) \
        "$script" -qec "'$tree/memwall' x" /dev/null >"$scratch/out" 2>&1
    status=$?
    : >"$scratch/err"
}

if script=$(command -v script); then
    for reply in yes no; do
        setting "on a terminal it asks, and $reply is the answer"
        play dpkg-query 'exit 1'
        play id 'echo 0'
        play apt-cache 'exit 0'
        play apt-get "case \"\$*\" in *' install '*) ln -sf $(command -v ninja) $scratch/bin/ninja ;; esac"
        rm "$scratch/bin/ninja"
        answer "$reply"
        expect "it asked" grep -q 'Type yes' "$scratch/out"
        if [ "$reply" = yes ]; then
            expect "installed" called 'install -y --no-install-recommends ninja-build'
            expect "it ran" grep -q 'one <x>' "$scratch/out"
        else
            expect "nothing installed" not called apt-get
            expect "status" ended 2
            expect "how to do it" grep -q 'nothing was installed' "$scratch/out"
        fi
    done
fi

setting "no network: apt-get's failure is one clear line with the command, status 2"
play dpkg-query 'exit 1'
play id 'echo 0'
play apt-cache 'exit 0'
play apt-get 'exit 100'
rm "$scratch/bin/ninja"
launch -y
expect "status" ended 2
expect "why" said 'is there a network?'
expect "the command" said 'apt-get install --no-install-recommends'

setting "not root and no sudo: the command to run as root, status 2"
play dpkg-query 'exit 1'
play id 'echo 1000'
play apt-get 'exit 0'
rm "$scratch/bin/ninja"
launch -y
expect "status" ended 2
expect "why" said 'there is no sudo'
expect "nothing installed" not called apt-get

setting "not root, sudo wants a password and there is no terminal: the command, status 2"
play dpkg-query 'exit 1'
play id 'echo 1000'
play sudo 'exit 1'
play apt-get 'exit 0'
rm "$scratch/bin/ninja"
launch -y
expect "status" ended 2
expect "the command" said 'sudo apt-get update && sudo apt-get install'

setting "not root but sudo works: apt-get runs through it"
play dpkg-query 'exit 1'
play id 'echo 1000'
play sudo 'shift; [ "$1" = true ] || exec "$@"'
play apt-cache 'exit 0'
play apt-get "case \"\$*\" in *' install '*) ln -sf $(command -v ninja) $scratch/bin/ninja ;; esac"
rm "$scratch/bin/ninja"
launch -y
expect "through sudo" called 'sudo -n env'
expect "it ran" printed 'one'

setting "another system: the names to look for, status 2"
rm "$scratch/bin/ninja"
play pkg-config '[ "$2" != md4c ]'
launch -y
expect "status" ended 2
expect "programs" said 'programs: ninja'
expect "libraries" said 'pkg-config names: md4c'

setting "a missing optional library stops nobody"
play dpkg-query 'shift 3; for p in "$@"; do [ "$p" = libpapi-dev ] || echo "ii $p"; done'
play pkg-config '[ "$2" != papi ]'
play id 'echo 0'
play apt-cache 'exit 0'
play apt-get 'exit 100'
launch
expect "without asking, without a terminal" printed 'one'
rm -rf "$tree/build"
launch -y
expect "even when it cannot be installed" printed 'one'
: >"$scratch/calls"
launch
expect "it is not tried again by itself" not called apt-get
launch -y
expect "but -y tries again" called apt-get
echo 'REMEMBERED:INTERNAL=yes' >>"$tree/build/CMakeCache.txt"
play pkg-config 'exit 0'
launch -y
expect "a library that came is looked for anew" not grep -q REMEMBERED "$tree/build/CMakeCache.txt"
expect "and it runs" printed 'one'

setting "where nothing can be written it says so"
all_packages_are_there
: >"$tree/build"
launch
expect "status" ended 2
expect "where" said "cannot write in $tree/build"
rm "$tree/build"
mkdir -p "$tree/build/.memwall-lock" # what cannot be opened for writing, by root either
launch
expect "status" ended 2
expect "where" said "cannot write in $tree/build"

setting "test builds with tests, runs them twice and tells the worst"
all_packages_are_there
rm -f "$scratch/bin/apt-get"
launch test
expect "ctest's status" ended 8
expect "closing lines" grep -q 'tests failed out of 2' "$scratch/out"
expect "the subset under sanitizers" grep -q '100% tests passed, 0 tests failed out of 1' "$scratch/out"
expect "what is labelled long is left out" not grep -q 'lasts' "$scratch/out"
launch test -R works
expect "arguments reach ctest" ended 0
launch test -L long
expect "what is labelled long runs when asked for" grep -q 'lasts .*Passed' "$scratch/out"

[ "$failures" = 0 ] || echo "$failures failed"
[ "$failures" = 0 ]
