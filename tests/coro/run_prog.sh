#!/bin/bash
# Runs a program with RGO_PROCS 1, 2 and 4 and compares with what its first comment says, one line each:
#   exit: N            default 0
#   stdout: TEXT       a line that standard output must have (several: in this order); none: not looked at
#   stdout-only: TEXT  the same, and these lines are all that there is
#   stdout-like: REGEX an extended regular expression that a line of standard output must match (several: in
#                      this order)
#   stderr: REGEX      an extended regular expression that a line of standard error must match
#   stderr-not: REGEX  none may
#   env: NAME=VALUE    set for the run
#   arguments: WORDS   of the program
#   procs: LIST        instead of 1 2 4
# usage: run_prog.sh SOURCE PROGRAM
set -u
source=$1 program=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/coro.XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0

told() { sed -n '1,/\*\//s/^[ /*]*'"$1"': \{0,1\}\(.*\)$/\1/p' "$source" | sed 's/ *\*\/ *$//'; }

check() {
    local code=$1 want missing line
    want=$(told exit)
    [ "$code" = "${want:-0}" ] || problem "exit code $code, not ${want:-0}"
    told stdout-only >"$work/only"
    if [ -s "$work/only" ] && ! cmp -s "$work/only" "$work/out"; then
        problem "standard output differs: $(diff "$work/only" "$work/out" | head -20)"
    fi
    told stdout >"$work/lines"
    missing=
    [ -s "$work/lines" ] && missing=$(awk 'FILENAME == ARGV[1] { want[++n] = $0; next }
        $0 == want[at + 1] { at++ } END { if (at < n) print want[at + 1] }' "$work/lines" "$work/out")
    [ -z "$missing" ] || problem "standard output lacks (in order): $missing"
    told stdout-like >"$work/likes"
    missing=
    [ -s "$work/likes" ] && missing=$(awk 'FILENAME == ARGV[1] { want[++n] = $0; next }
        at < n && $0 ~ want[at + 1] { at++ } END { if (at < n) print want[at + 1] }' \
        "$work/likes" "$work/out")
    [ -z "$missing" ] || problem "no line of standard output matches (in order): $missing"
    while read -r line; do
        grep -Eq -- "$line" "$work/err" || problem "no line of standard error matches: $line"
    done < <(told stderr)
    while read -r line; do
        grep -Eq -- "$line" "$work/err" && problem "a line of standard error matches: $line"
    done < <(told stderr-not)
}

problem() {
    failed=1
    echo "RGO_PROCS=$procs: $*"
    sed 's/^/  out| /' "$work/out" | head -20
    sed 's/^/  err| /' "$work/err" | head -40
}

list=$(told procs)
for procs in ${list:-1 2 4}; do
    (
        export RGO_PROCS=$procs
        while read -r setting; do
            [ -n "$setting" ] && export "${setting?}"
        done < <(told env)
        # shellcheck disable=SC2046
        exec timeout 180 "$program" $(told arguments)
    ) >"$work/out" 2>"$work/err"
    check $?
done
exit $failed
