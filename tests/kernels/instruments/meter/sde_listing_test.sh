#!/bin/sh
# papi_native_avail lists our events from the installed library. Skips (77) without the tool.
set -eu
command -v papi_native_avail >/dev/null || { echo "papi_native_avail is not installed"; exit 77; }
listing=$(papi_native_avail -sde "$1")
for event in FLOPS LOAD_BYTES STORE_BYTES; do
    case $listing in
    *"sde:::MEMWALL::$event"*) ;;
    *) echo "sde:::MEMWALL::$event is not listed"; echo "$listing"; exit 1 ;;
    esac
done
