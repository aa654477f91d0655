# The body of the cc_COMPILER tests: $cc and $cxx name the compiler behind `racerun cc`.
. "$(dirname "$0")/lib.sh"
command -v "${cc%% *}" >/dev/null || skip "no $cc"
command -v "${cxx%% *}" >/dev/null || skip "no $cxx"
export RACERUN_CC=$cc RACERUN_CXX=$cxx

instrumented() {
    nm -D "$1" 2>/dev/null | grep -q ' U __tsan_func_entry' || fail "$1 is not instrumented"
    if readelf -d "$1" | grep -Eq 'NEEDED.*(libtsan|clang_rt)'; then
        fail "$1 has the compiler's own runtime"
    fi
    readelf -d "$1" | grep -q 'NEEDED.*libracerun-hooks.so' || fail "$1 lacks the hooks"
}

# reports PROGRAM ARGUMENT...: runs alone with code 0, and its race is found.
reports() {
    expect 0 "$@"
    expect 66 "$racerun" "$@"
    has err '^racerun: data race #1'
}

build_actor
instrumented actor
reports "$actor" race
reports "$actor" spawn race

# Compile and link apart; -g is there, and the user's choice of debug information wins.
expect 0 "$racerun" cc -O2 -c "$here/actor.c" -o actor.o
lacks err .
expect 0 "$racerun" cc -pthread actor.o -o apart
lacks err .
instrumented apart
reports ./apart race
readelf -S apart | grep -q debug_info || fail "no -g"
expect 0 "$racerun" cc -g0 -pthread "$here/actor.c" -o bare
readelf -S bare | grep -q debug_info && fail "-g0 lost"

# Position-dependent, link-time optimisation, hidden from -Wall -Werror.
expect 0 "$racerun" cc -Wall -Wextra -Werror -no-pie -fno-pie -pthread "$here/actor.c" -o fixed
lacks err .
reports ./fixed race
expect 0 "$racerun" cc -flto -O2 -c "$here/actor.c" -o lto.o
expect 0 "$racerun" cc -flto -O2 -pthread lto.o -o lto
instrumented lto
reports ./lto race

# A shared library and its user.
cat >shared.c <<'EOF'
int shared_counter;
void shared_increment(void);
void shared_increment(void) { shared_counter++; }
EOF
cat >user.c <<'EOF'
#include <pthread.h>
#include <stddef.h>
void shared_increment(void);
static void *body(void *unused) { shared_increment(); return unused; }
int main(void)
{
    pthread_t a, b;
    pthread_create(&a, NULL, body, NULL);
    pthread_create(&b, NULL, body, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
EOF
expect 0 "$racerun" cc -fPIC -shared -Wl,-z,defs shared.c -o libshared.so
instrumented libshared.so
expect 0 "$racerun" cc -pthread user.c -L. -lshared -Wl,-rpath,"$work" -o user
reports ./user
has err 'shared_counter'
# Its main program need not be instrumented.
expect 0 gcc -pthread user.c -L. -lshared -Wl,-rpath,"$work" -o plain
reports ./plain
lacks err 'not instrumented'

# Static: runs alone; racerun says that it cannot look inside.
expect 0 "$racerun" cc -static -pthread "$here/actor.c" -o fixed_static
lacks err .
expect 5 ./fixed_static race exit 5
expect 5 "$racerun" ./fixed_static race exit 5
has err 'statically linked'

# C++.
cat >hello.cc <<'EOF'
#include <atomic>
#include <iostream>
#include <thread>
static int counter;
static std::atomic<int> sum;
int main()
{
    std::thread a([] { counter++; sum += 2; }), b([] { counter++; sum += 3; });
    a.join();
    b.join();
    std::cout << sum << std::endl;
    return 0;
}
EOF
expect 0 "$racerun" c++ -std=c++17 -Wall -O1 hello.cc -o hello
lacks err .
instrumented hello
reports ./hello
has out '^5$'

# Response files, in the way of which a sanitizer of the user's stands.
printf -- '-fsanitize=thread,undefined "-DA=\\"x y\\"" -O1\n-pthread %s' "$here/actor.c" >words
expect 0 "$racerun" cc @words -o response
instrumented response
expect 0 "$racerun" cc -fsanitize=thread -pthread "$here/actor.c" -o dropped
instrumented dropped
expect 0 "$racerun" cc -fsanitize=thread -pthread actor.o -o dropped
instrumented dropped
expect 0 "$racerun" cc -fno-sanitize=thread -c user.c -o user.o
nm user.o | grep -q tsan && fail "-fno-sanitize=thread is respected"
expect 125 "$racerun" cc -fsanitize=undefined,address user.c
has err '^racerun: -fsanitize=address cannot be combined'

# What compiles nothing passes through.
for query in --version -dumpmachine -print-search-dirs -print-prog-name=ld --help; do
    expect 0 "$racerun" cc "$query"
    cp out ours
    # shellcheck disable=SC2086
    expect 0 $cc "$query"
    cmp -s ours out || fail "$query differs"
done
expect 0 "$racerun" cc -E user.c
lacks err .
expect 0 "$racerun" cc -M user.c
has out 'user.o: user.c'
expect 0 "$racerun" cc -S user.c -o user.s
grep -q __tsan_init user.s || fail "-S is instrumented"
expect 0 "$racerun" cc -c user.s -o user.o
lacks err .
expect 0 bash -c "\"$racerun\" cc -x c -c - -o stdin.o <user.c"
expect 0 "$racerun" cc -x c user.c -x none -pthread -L. -lshared -o typed
expect 0 "$racerun" cc -r -nostdlib actor.o -o relocatable.o
expect 1 "$racerun" cc absent.c
printf '#ifndef __SANITIZE_THREAD__\n#ifdef __has_feature\n#if !__has_feature(thread_sanitizer)\n' >macro.c
printf '#error unseen\n#endif\n#else\n#error unseen\n#endif\n#endif\nint main(void){return 0;}\n' >>macro.c
expect 0 "$racerun" cc macro.c -o macro
expect 0 "$racerun" cc -E macro.c
expect 0 "$racerun" cc -save-temps macro.c -o macro
expect 0 "$(dirname "$racerun")/racerun-cc" -c user.c -o user.o
nm user.o | grep -q tsan || fail "racerun-cc"
mkdir "with space"
cp user.c "with space/the user.c"
expect 0 "$racerun" cc -pthread "with space/the user.c" -L. -lshared -o "with space/the program"
expect 66 env LD_LIBRARY_PATH="$work" "$racerun" "with space/the program"
