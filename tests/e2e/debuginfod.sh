#!/bin/bash
# debuginfod: debug information comes from a server that DEBUGINFOD_URLS names; without it no socket is made; one that
# does not answer is not waited for long, and that is said.
. "$(dirname "$0")/lib.sh"
command -v debuginfod >/dev/null || skip "no debuginfod"
command -v python3 >/dev/null || skip "no python3"
unset DEBUGINFOD_URLS DEBUGINFOD_MAXTIME DEBUGINFOD_TIMEOUT
export DEBUGINFOD_CACHE_PATH=$work/debuginfod-cache
servers=()
ended() {
    [ "${#servers[@]}" -eq 0 ] || kill "${servers[@]}"
    wait
    finish
}
trap ended EXIT

build_actor -g
mkdir served
objcopy --only-keep-debug "$actor" served/actor.debug
strip "$actor"

# Who makes a socket for the network leaves a mark.
cat >mark.c <<'PROGRAM'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
int socket(int domain, int type, int protocol)
{
    if (domain == AF_INET || domain == AF_INET6)
        open(getenv("SOCKET_MARK"), O_CREAT | O_WRONLY, 0600);
    return ((int (*)(int, int, int))dlsym(RTLD_NEXT, "socket"))(domain, type, protocol);
}
PROGRAM
gcc -shared -fPIC mark.c -o mark.so || fail "cannot build mark.c"
marked() {
    rm -f mark
    SOCKET_MARK=$work/mark LD_PRELOAD=$work/mark.so "$@"
}

expect 66 marked "$racerun" "$actor" race
has err 'hint: .*has no debug information'
[ ! -e mark ] || fail "without DEBUGINFOD_URLS a socket was made"
DEBUGINFOD_URLS='' expect 66 marked "$racerun" "$actor" race
[ ! -e mark ] || fail "with an empty DEBUGINFOD_URLS a socket was made"

# Nobody listens: at once, and said as ever. (This also shows that the mark works.)
DEBUGINFOD_URLS=http://127.0.0.1:1 expect 66 marked "$racerun" "$actor" race
has err '#0 0x[0-9a-f]+  \(actor\+0x'
has err 'hint: .*has no debug information'
lacks err 'DEBUGINFOD_MAXTIME'
[ -e mark ] || fail "the server was not asked"

# A server that takes connections and never answers.
mkfifo port
exec 3<>port
python3 -I -c '
import socket, signal, sys
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(64)
with open(sys.argv[1], "w") as out:
    print(s.getsockname()[1], file=out)
signal.pause()' port &
servers+=($!)
read -t 60 -r silent <&3
DEBUGINFOD_MAXTIME=2 DEBUGINFOD_URLS=http://127.0.0.1:$silent expect 66 timeout 300 "$racerun" "$actor" race
has err '#0 0x[0-9a-f]+  \(actor\+0x'
has err 'the servers of DEBUGINFOD_URLS were not waited'
has err 'racerun: 1 findings'

# A real one. It takes any free port that is offered; when it has looked through its folder, the answer is there.
port=$(python3 -I -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])')
debuginfod -p "$port" -d "$work/index" -t 1 -F "$work/served" >server.log 2>&1 &
servers+=($!)
for _ in $(seq 300); do
    rm -rf "$DEBUGINFOD_CACHE_PATH" # it remembers what was not found
    DEBUGINFOD_URLS=http://127.0.0.1:$port "$racerun" "$actor" race 2>&1 | grep -q 'actor\.c' && break
    kill -0 "${servers[1]}" || break # the port was taken meanwhile
done
kill -0 "${servers[1]}" 2>/dev/null || skip "debuginfod does not run: $(tail -n 1 server.log)"
DEBUGINFOD_URLS=http://127.0.0.1:$port expect 66 "$racerun" "$actor" race
has err '#0 store  .*actor\.c:[0-9]+'
lacks err 'hint:'
# What it gave is kept, but not asked for without the variable.
expect 66 marked "$racerun" "$actor" race
has err '#0 0x[0-9a-f]+  \(actor\+0x'
[ ! -e mark ] || fail "a socket was made"
