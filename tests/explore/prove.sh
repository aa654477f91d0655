#!/usr/bin/env bash
# prove: the programs of proofs/ are proved right by exhaustive search, and with -DBUG it finds what
# their first comment says (`finds: KIND`), and that replays.
#   usage: prove.sh [--racerun PATH]
# Exit status: 0 all as expected, 1 not.
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun
[ "${1:-}" = --racerun ] && racerun=$(realpath "$2")
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-prove.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0 tried=0
fail() {
    echo "FAIL $*"
    failed=$((failed + 1))
}

# explore PROGRAM: its words in $output, its exit status in $status.
explore() {
    output=$("$racerun" explore --strategy=dpor "./$1" 2>&1)
    status=$?
}

for source in "$here"/proofs/*.c; do
    name=$(basename "${source%.c}")
    finds=$(sed -n 's#.*finds: \([a-z -]*[a-z]\).*#\1#p' "$source" | head -1)
    "$racerun" cc -g -O1 "$source" -o "$name" && "$racerun" cc -g -O1 -DBUG "$source" -o "$name-bug" ||
        { fail "$name does not compile" && continue; }
    tried=$((tried + 1))
    explore "$name"
    [ $status -eq 0 ] && [[ $output == *"0 findings, first at schedule -; stopped: exhausted" ]] ||
        fail "$name is not proved: $output"
    echo "$name: $(tail -1 <<<"$output")"
    explore "$name-bug"
    [ $status -eq 66 ] && grep -q "^racerun: $finds #1 " <<<"$output" || fail "$name-bug: no $finds: $output"
    "$racerun" replay "$name-bug"-*.rrs >replay.out 2>&1
    [ $? -eq 66 ] || fail "$name-bug: does not replay: $(tail -1 replay.out)"
done
echo "$tried programs, $failed failures"
[ $failed -eq 0 ] && [ $tried -gt 0 ]
