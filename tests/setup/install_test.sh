#!/bin/sh
# What is installed works from where it is, also after the prefix was moved, and the two packages hold
# what they should, for everybody: they are made under a umask that lets nobody else in.
set -eu
build=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch/home" XDG_DATA_HOME="$scratch/data" XDG_CACHE_HOME="$scratch/cache" LC_ALL=C.UTF-8
unset MEMWALL_PREFIX MEMWALL_WORKER MEMWALL_SCRIPTS MEMWALL_COURSES MEMWALL_ASSETS

failed() {
    echo "$*"
    exit 1
}

works_in() { # PREFIX
    "$1/bin/memwall" version | grep -q '^memwall [0-9]' || failed "$1: version"
    "$1/bin/memwall" help | grep -q doctor || failed "$1: help"
    "$1/bin/memwall" kernels --json | grep -q '"gemv"' || failed "$1: the worker lists no kernels"
    "$1/bin/memwall" course | grep -q '04' || failed "$1: the course is not found"
    "$1/bin/memwall" doctor --json >"$scratch/doctor.json" || failed "$1: doctor: $(cat "$scratch/doctor.json")"
    for part in libexec/memwall/memwall-worker share/memwall/scripts-lua share/memwall/labs share/memwall/assets; do
        grep -qF "$1/$part" "$scratch/doctor.json" || failed "$1: doctor does not name $part"
        [ -e "$1/$part" ] || failed "$1: $part is missing"
    done
}

cmake --install "$build" --component student --prefix "$scratch/first" >/dev/null
mv "$scratch/first" "$scratch/moved"
works_in "$scratch/moved"
for file in share/man/man1/memwall.1 share/bash-completion/completions/memwall; do
    [ -f "$scratch/moved/$file" ] || failed "$file is not installed"
done
diff -r "$(dirname "$0")/../../assets/data" "$scratch/moved/share/memwall/assets/data" ||
    failed "the data tables are not installed as they are"
if [ -e "$build/share/locale/zh_CN/LC_MESSAGES/memwall.mo" ]; then
    [ -f "$scratch/moved/share/locale/zh_CN/LC_MESSAGES/memwall.mo" ] || failed "translations are not installed"
fi
if [ -e "$build/lib/libmemwall-sde.so" ]; then
    find "$scratch/moved" -name libmemwall-sde.so | grep -q . || failed "libmemwall-sde.so is not installed"
fi

# Pictures are drawn by a module, and everything else works without it.
draws() { # PREFIX
    "$1/bin/memwall" screen course --output "$scratch/course.svg" 2>"$scratch/drawn.txt"
}
module=$(find "$scratch/moved" -name memwall-draw.so)
if [ -e "$build/lib/memwall-draw.so" ]; then
    draws "$scratch/moved" || failed "no picture: $(cat "$scratch/drawn.txt")"
    rm "$module"
fi
if draws "$scratch/moved"; then failed "a picture without what draws it"; fi
grep -q '\.txt can be written' "$scratch/drawn.txt" || failed "without the module: $(cat "$scratch/drawn.txt")"
works_in "$scratch/moved"

# Every installed file belongs to a component, so that no package silently lacks one.
cmake --install "$build" --prefix "$scratch/all" >/dev/null
cmake --install "$build" --component student --prefix "$scratch/parts" >/dev/null
cmake --install "$build" --component instructor --prefix "$scratch/parts" >/dev/null
(cd "$scratch/all" && find . -type f | sort) >"$scratch/all.txt"
(cd "$scratch/parts" && find . -type f | sort) >"$scratch/parts.txt"
diff -u "$scratch/all.txt" "$scratch/parts.txt" || failed "files without a component"

command -v dpkg-deb >/dev/null || exit 0
(umask 077 && cd "$build" && cpack -B "$scratch/packages" >"$scratch/cpack.log" 2>&1) || failed "cpack: $(cat "$scratch/cpack.log")"
student=$(ls "$scratch"/packages/memwall_*.deb)
instructor=$(ls "$scratch"/packages/memwall-instructor_*.deb)
for package in "$student" "$instructor"; do
    shut=$(dpkg-deb --contents "$package" | grep -vE '^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--|lrwxrwxrwx) ' || true)
    [ -z "$shut" ] || failed "$package lets only root in: $shut"
done
dpkg-deb --extract "$student" "$scratch/root"
works_in "$scratch/root/usr"
dpkg-deb --field "$instructor" Depends | grep -q '^memwall ' || failed "memwall-instructor does not depend on memwall"
dpkg-deb --contents "$instructor" | sed -n 's/^-.* \.\//\//p' | sort >"$scratch/instructor.txt"
dpkg-deb --contents "$student" | sed -n 's/^-.* \.\//\//p' | sort >"$scratch/student.txt"
[ -s "$scratch/instructor.txt" ] || failed "memwall-instructor is empty"
[ -z "$(comm -12 "$scratch/student.txt" "$scratch/instructor.txt")" ] || failed "a file is in both packages"
