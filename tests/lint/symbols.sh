#!/usr/bin/env bash
# lint: the undefined symbols of libracerun.so are a reviewed ledger. A new one is a new dependency
# on the stranger's process: check that it cannot allocate, lock, or be intercepted, then add it.
#   usage: symbols.sh LIBRARY LEDGER
set -u
undefined=$(nm -D --undefined-only "$1" | awk '{ sub(/@.*/, "", $2); print $2 }' | LC_ALL=C sort -u)
reviewed=$(grep -v '^#' "$2" | LC_ALL=C sort -u)
if difference=$(diff <(echo "$reviewed") <(echo "$undefined")); then
    echo "ledger: clean"
else
    printf 'ledger: %s does not match %s (< ledger, > library):\n%s\n' "$2" "$1" "$difference" >&2
    exit 1
fi
