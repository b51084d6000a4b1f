#!/bin/sh
# memwall export: one clear line for what cannot be exported, before anything is played, and nothing
# left behind.
memwall=$1
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
export XDG_DATA_HOME="$folder/home" XDG_CACHE_HOME="$folder/home" LC_ALL=C.UTF-8 LANGUAGE=
cd "$folder" || exit 1

fail() {
    echo "$1" >&2
    exit 1
}
refused() {
    part=$1
    shift
    said=$("$memwall" "$@" 2>&1)
    [ $? -eq 2 ] || fail "'$*' is not refused with exit code 2: $said"
    [ "$(printf '%s\n' "$said" | wc -l)" -eq 1 ] || fail "'$*' is not refused in one line: $said"
    case $said in
    *"$part"*) ;;
    *) fail "'$*' does not say '$part': $said" ;;
    esac
}

refused "something is missing" export
refused "roofline, sweep and counters" export pie -o a.csv
refused "--output is missing" export roofline
refused ".svg, .pdf or .png" export roofline -o a.jpeg
refused "not a size on paper" export roofline -o a.csv --size huge
refused "not a number" export roofline -o a.csv --dpi much
refused "light and dark" export roofline -o a.csv --theme plaid
refused "zh_CN" export roofline -o a.csv --lang tlh
refused "No such file" export roofline -o no/such/folder/a.csv
refused "nothing is recorded yet" export roofline -o a.csv
refused "nothing is recorded" export roofline 04 -o a.csv
refused "no lab" export roofline nosuchlab -o a.csv
refused "No such file" export roofline --from none.json -o a.csv
printf '{"format": 1, "results": [' >broken.json
refused "broken.json:1" export roofline --from broken.json -o a.csv
printf '{\n"format": 1,\n"results": [\n' >broken.json
refused "broken.json:4" export roofline --from broken.json -o a.csv
printf '{"format": 1, "results": []}' >empty.json
refused "machine" export roofline --from empty.json -o a.csv
printf '{"format": 1, "machine": {}, "results": []}' >nameless.json
refused "name the lab" export roofline --from nameless.json -o a.csv
printf '{"event": {"e": "goto"}, "seq": 1}\nnonsense\n' >broken.jsonl
refused "broken.jsonl:2" export roofline --from broken.jsonl -o a.csv
: >nothing.jsonl
refused "no records" export roofline --from nothing.jsonl -o a.csv
head -c 4096 /dev/zero >zeros
refused "neither a recording nor a transcript" export roofline --from zeros -o a.csv
refused "directory" export roofline --from . -o a.csv
refused "no roofs are remembered" export roofline machine -o a.csv
refused "machine has none" export roofline machine --step why -o a.csv
refused "no roofline of a machine" export roofline machine --from empty.json -o a.csv
for left in a.*; do
    [ ! -e "$left" ] || fail "$left was left behind"
done

# The roofs of a machine, from a file.
cat >machine.json <<'END'
{"brand": "Processor", "verdict": "clean",
 "levels": [{"name": "L1", "bytes_per_second": 4e11, "low": 4e11, "high": 4e11},
            {"name": "DRAM", "bytes_per_second": 15.8e9, "low": 15e9, "high": 16.5e9}],
 "compute": [{"isa": "avx2", "dtype": "f32", "threads": 1, "flops_per_second": 1e11}]}
END
"$memwall" export roofline machine --from machine.json -o roofs.csv || fail "no data of a machine"
[ "$(wc -l <roofs.csv)" -eq 5 ] || fail "two levels, a peak and their ridge are not five lines"
grep -q ',15800000000,15000000000,16500000000,B/s,measured,' roofs.csv || fail "the DRAM roof differs"
"$memwall" export roofline machine --from machine.json -o roofs.svg 2>said ||
    grep -q cairo said || fail "no picture of a machine: $(cat said)"
[ ! -e roofs.svg ] || grep -q '<desc>.*DRAM: 15.8 GB/s (measured)' roofs.svg ||
    fail "the picture is not described in words"
sed 's/15.8e9/0/' machine.json >flat.json
"$memwall" export roofline machine --from flat.json -o flat.csv 2>said || fail "no roofs but one"
grep -q 'roofs that are not above 0 are left out: DRAM' said || fail "a roof of 0 vanishes: $(cat said)"
"$memwall" export roofline machine --from machine.json -o roofs.csv 2>said || fail "no data of a machine"
[ ! -s said ] || fail "roofs above 0 are complained of: $(cat said)"
refused "knows the bytes" export roofline machine --from machine.json --bytes L1 -o a.csv
refused "say machine" export roofline --from machine.json -o a.csv
refused "a machine has no counters" export counters machine --from machine.json -o a.csv
