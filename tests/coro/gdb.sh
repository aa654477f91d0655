#!/bin/bash
# The gdb commands, on a program that is in a deadlock of a named reader. 77: no gdb, or it may not trace.
# usage: gdb.sh SCRIPT PROGRAM (prog_fatal_deadlock)
set -u
script=$1 program=$2
command -v gdb >/dev/null || exit 77
out=$(RGO_PROCS=1 timeout -s KILL 200 gdb -nx -q -batch -ex "set debuginfod enabled off" \
    -ex "set breakpoint pending on" -ex "source $script" -ex "break deadlock_report" -ex run \
    -ex "info goroutines" -ex "goroutine 2 bt" -ex "goroutine 1 bt" -ex "goroutine all bt 1" \
    -ex bt "$program" </dev/null 2>&1)
echo "$out" | grep -q "ptrace: Operation not permitted\|Python scripting is not supported" && exit 77
failed=0
want() {
    echo "$out" | grep -Eq -- "$1" || { echo "nothing matches: $1"; failed=1; }
}
want '^goroutine 1 \[chan receive\] main at .*prog_fatal_deadlock.c:[0-9]+'
want '^goroutine 2 "reader" \[chan receive\] wait_inner at .*prog_fatal_deadlock.c:[0-9]+'
want '#[0-9]+ .* wait_inner '
want '#[0-9]+ .* wait_outer '
want '#[0-9]+ .* coro_boot '
want '#[0-9]+ .* main '
want '#0 .*deadlock_report'
echo "$out" | grep -Eq 'corrupt stack|Error|Traceback' && { echo "gdb stumbled"; failed=1; }
[ $failed = 0 ] || echo "$out"
exit $failed
