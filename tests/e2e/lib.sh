# What the end-to-end tests share. A test is a bash script that sources this file; each `expect` is
# one run of racerun or of a program. The test fails at its end if any expectation did.
#
#   expect CODE COMMAND...   runs it; its output is in $work/out and $work/err
#   has FILE PATTERN         an extended regular expression is in $work/FILE (out or err)
#   lacks FILE PATTERN
# $racerun is the tool under test, $work an empty folder that is removed at the end, $actor the
# program of actor.c, instrumented.
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=${RACERUN:-$here/../../build/bin/racerun}
work=$(mktemp -d "${TMPDIR:-/tmp}/racerun-e2e.XXXXXX")
failures=0
unset RACERUN_OPTIONS TSAN_OPTIONS GORACE NO_COLOR RACERUN_CC RACERUN_CXX LD_PRELOAD
export XDG_CACHE_HOME=$work/cache # where what was found last is kept
cd "$work" || exit 1

finish() {
    cd /
    rm -rf "$work"
    if [ "$failures" -gt 0 ]; then
        echo "$failures expectations failed"
        exit 1
    fi
}
trap finish EXIT

fail() {
    failures=$((failures + 1))
    echo "FAILED (line ${BASH_LINENO[1]}): $*"
}

show() {
    echo "  command: $last"
    sed 's/^/  out| /' "$work/out" | head -20
    sed 's/^/  err| /' "$work/err" | head -40
}

expect() {
    local want=$1 got
    shift
    last=$*
    "$@" >"$work/out" 2>"$work/err"
    got=$?
    if [ "$got" != "$want" ]; then
        fail "exit code $got, not $want"
        show
    fi
}

has() {
    if ! grep -Eq -- "$2" "$work/$1"; then
        fail "nothing in $1 matches: $2"
        show
    fi
}

lacks() {
    if grep -Eq -- "$2" "$work/$1"; then
        fail "$1 should not contain: $2"
        show
    fi
}

# Does `build_actor [compile flags]`, once, into $actor.
actor=$work/actor
build_actor() {
    "$racerun" cc -pthread "$@" "$here/actor.c" -o "$actor" || {
        echo "cannot build actor.c"
        exit 1
    }
}

# The test needs something that this machine lacks: ctest shows it as skipped.
skip() {
    echo "skipped: $*"
    trap - EXIT
    rm -rf "$work"
    exit 77
}
