#!/bin/sh
# Every Lua file of the tree is clean; without luacheck the test is skipped.
command -v luacheck >/dev/null || exit 77
cd "$1" && exec luacheck --quiet scripts-lua labs tests/kinds tests/lua tests/labs
