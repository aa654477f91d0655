#!/bin/bash
# Proves that each interceptor has its effect: runs each proof twice under racerun, as it is and with
# that one interceptor disabled (RACERUN_TEST_DISABLE, which only the library knows), and compares.
# Exit status: 0 all proved, 1 a failure, 2 bad usage.
set -u -o pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun jobs=2 builddir= only=()

usage() {
    cat <<'END'
usage: run.sh [OPTION…] [NAME…]
  --racerun PATH   the detector (default: build/bin/racerun of this tree)
  --jobs J         proofs at a time (default 2)
  --builddir D     where programs and captured output go (default: a new folder in /tmp)
END
}

while [ $# -gt 0 ]; do
    case $1 in
    --racerun) racerun=$2 && shift ;;
    --jobs) jobs=$2 && shift ;;
    --builddir) builddir=$2 && shift ;;
    --help) usage && exit 0 ;;
    -*) usage >&2 && exit 2 ;;
    *) only+=("$1") ;;
    esac
    shift
done
[ -n "$builddir" ] || builddir=$(mktemp -d /tmp/racerun-abi.XXXXXX)
mkdir -p "$builddir"

root=$here/../..
flags=(-std=gnu11 -D_GNU_SOURCE -g -O1 -w -fno-builtin -I"$root" -I"$root/lib")
for source in "$here"/proofs_*.c; do
    object=$builddir/$(basename "$source").o
    "$racerun" cc "${flags[@]}" -c "$source" -o "$object" || exit 1
done
"$racerun" cc "$builddir"/proofs_*.o -o "$builddir/abi_proofs" -lstdc++ -ldl -lrt || exit 1
"$racerun" cc -fPIC -shared "$here/module.c" -o "$builddir/module.so" || exit 1
export PROOF_MODULE=$builddir/module.so

# Prints what happened: found, effect, nothing, or failed with the exit status. Misuse is not the subject:
# a program whose unlocks, say, go unseen is full of it.
outcome() { # NAME DISABLED OUTPUT
    (cd "$builddir" && RACERUN_TEST_DISABLE=$2 timeout 60 "$racerun" --misuse=no ./abi_proofs "$1") \
        >"$3" 2>&1 </dev/null
    local status=$?
    case $kind in
    OUTPUT) if grep -q effect "$3"; then echo effect; else echo nothing; fi ;;
    *)
        case $status in
        66) echo found ;;
        0) echo nothing ;;
        *) echo "failed:$status" ;;
        esac
        ;;
    esac
}

prove() { # NAME KIND
    local name=$1 kind=$2 with without wanted
    with=$(outcome "$name" "" "$builddir/$name.with")
    without=$(outcome "$name" "$name" "$builddir/$name.without")
    case $kind in
    SILENT) wanted="nothing found" ;;
    RACES) wanted="found nothing" ;;
    OUTPUT) wanted="effect nothing" ;;
    esac
    if [ "$with $without" = "$wanted" ]; then
        rm -f "$builddir/$name.with" "$builddir/$name.without"
        echo "ok $name"
    else
        echo "FAIL $name ($kind): with it '$with', disabled '$without', wanted '$wanted';" \
            "see $builddir/$name.with{,out}"
    fi
}
export -f prove outcome
export racerun builddir
racerun=$(realpath "$racerun")

"$builddir/abi_proofs" --list >"$builddir/list" || exit 1
if [ ${#only[@]} -gt 0 ]; then
    for name in "${only[@]}"; do grep "^$name " "$builddir/list" || echo "$name NONE"; done
else
    cat "$builddir/list"
fi | xargs -P "$jobs" -L 1 bash -c 'prove "$1" "$2"' prove | tee "$builddir/results" | grep -v '^ok'
proved=$(grep -c '^ok' "$builddir/results")
failed=$(grep -vc '^ok' "$builddir/results")
# The canary: judged by the opposite of what it is, a proof must fail.
if prove pthread_mutex_lock RACES | grep -q '^ok'; then
    echo "FAIL the script cannot tell a proof from its opposite"
    failed=$((failed + 1))
fi
echo "$proved proved, $failed failed"
[ "$failed" -eq 0 ] && [ "$proved" -gt 0 ]
