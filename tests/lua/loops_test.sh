#!/bin/sh
# No Lua file of the tree assigns to the variable of a loop. First the program mw-lua-test.
# shellcheck disable=SC2046 # file names in this tree have no spaces
cd "$2" && exec "$1" . tests/lua/loops.lua $(find scripts-lua labs tests/kinds tests/lua tests/labs -name '*.lua' | LC_ALL=C sort)
