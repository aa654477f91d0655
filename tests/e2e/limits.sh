#!/bin/bash
# Tight limits and odd surroundings: works, or says why not.
. "$(dirname "$0")/lib.sh"
build_actor

limited() { # CODE LIMITS ARGUMENT...
    local code=$1 limits=$2
    shift 2
    expect "$code" bash -c "$limits; \"\$0\" \"\$@\"" "$racerun" "$@"
}
limited 66 "ulimit -n 16" "$actor" race
limited 66 "ulimit -s unlimited" "$actor" race
limited 66 "ulimit -c 0" "$actor" race
limited 66 "ulimit -v 8000000" "$actor" race
# The detector that could not start in an instrumented program is racerun's failure, even with -q.
limited 125 "ulimit -v 300000" -q "$actor" exit 5
has err 'ulimit -v'
limited 125 "ulimit -v 200000" --memory-limit=x "$actor"
limited 66 "ulimit -Sf 8" "$actor" race
# The program keeps its own limit.
limited 5 "ulimit -Sf 8" sh -c '[ "$(ulimit -Sf)" -lt 100 ] && exit 5'
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    chmod 755 .
    expect 125 setpriv --reuid=65534 --clear-groups bash -c 'ulimit -f 8; "$0" "$1"' "$racerun" "$actor"
    has err 'RLIMIT_FSIZE.*ulimit -f'
    expect 125 setpriv --reuid=65534 --clear-groups bash -c 'ulimit -f 100000; "$0" "$1"' "$racerun" "$actor"
    has err 'RLIMIT_FSIZE.*ulimit -f'
    expect 66 setpriv --reuid=65534 --clear-groups "$racerun" "$actor" race
fi
# Other layouts of the address space: none is random, and libraries below the program.
for layout in -R -L; do
    setarch $layout true 2>/dev/null && expect 66 setarch $layout "$racerun" "$actor" race
done
expect 66 env -i "$racerun" "$actor" race
if unshare -fp true 2>/dev/null; then
    expect 66 unshare -fp "$racerun" "$actor" race # /proc is still the outer one
    lacks err 'still running'
    expect 66 "$racerun" unshare -fp "$actor" race
fi
mkdir gone
cd gone && rmdir ../gone
expect 66 "$racerun" "$actor" race
cd "$work" || exit 1
ln -s "$racerun" alias
expect 66 ./alias "$actor" race
