#!/bin/sh
# Brings the translations up to date with the texts marked in the source, and with the reasons of
# kernels/model/reason.def: new texts appear untranslated, texts that are gone are dropped. "--check"
# changes nothing, prints what is not translated and fails then.
set -eu
command -v xgettext >/dev/null || exit 77
cd "$(dirname "$0")/../.."

mode=${1-}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# shellcheck disable=SC2046 # file names in this tree have no spaces
xgettext --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ --keyword=NC_:1c,2 --keyword=ngettext:1,2 \
    --keyword=MW_REASON:3 --flag=MW_REASON:3:no-c-format \
    --add-comments='Translators:' --force-po --no-location --sort-output --package-name=memwall \
    --output="$scratch/memwall.pot" \
    kernels/model/reason.def $(grep -rlE '(^|[^A-Za-z0-9])(_|NC?_|ngettext)\(' tui labs kernels/model --include='*.c' --include='*.h' --include='*.def' | LC_ALL=C sort)

status=0
for catalogue in assets/po/*.po; do
    msgmerge --quiet --no-fuzzy-matching --no-wrap --sort-output --output-file="$scratch/merged.po" \
        "$catalogue" "$scratch/memwall.pot"
    msgattrib --no-obsolete --no-wrap "$scratch/merged.po" |
        sed '/^"POT-Creation-Date:/d; /^"Report-Msgid-Bugs-To:/d' >"$scratch/clean.po"
    if [ "$mode" = --check ]; then
        msgattrib --untranslated --no-wrap --force-po --output-file="$scratch/missing.po" "$scratch/clean.po"
        if grep -q '^msgid "..*"' "$scratch/missing.po"; then
            echo "$catalogue does not translate (run assets/po/update.sh, then fill in):"
            grep '^msgid' "$scratch/missing.po" | grep -v '^msgid ""$'
            status=1
        fi
    else
        cp "$scratch/clean.po" "$catalogue"
        printf '%s: ' "$catalogue"
        msgfmt --statistics --check --output-file=/dev/null "$catalogue"
    fi
done
exit "$status"
