#!/bin/bash
# The checks that `racerun cc` puts into programs: there unless switched off, right in every kind of
# code, and harmless to objects that end up elsewhere.
. "$(dirname "$0")/lib.sh"
table='w rrun_inline_1'

# Every access is of a kind of its own; the race is the one of the last line of `step`.
cat >work.c <<'EOF'
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

static char bytes[64];
static short shorts[32];
static int ints[16], sum, shared;
static long longs[8];
static struct __attribute__((packed)) { char c; int i; long l; } packed[3];
static jmp_buf back;

static inline __attribute__((always_inline)) void shared_add(int n)
{
    shared += n; /* the race */
}

static __attribute__((noinline)) int chosen(int n)
{
    switch (n % 8) {
    case 0: return bytes[n % 64]++;
    case 1: return shorts[n % 32]++;
    case 2: return ints[n % 16]++;
    case 3: return (int)longs[n % 8]++;
    case 4: return packed[n % 3].c++;
    case 5: return packed[n % 3].i++;
    case 6: return (int)packed[n % 3].l++;
    default: longjmp(back, n);
    }
}

static void *step(void *arg)
{
    shared_add(*(int *)arg);
    return arg;
}

int main(int argc, char **argv)
{
    (void)argv;
    for (volatile int n = 0; n < 1000; n++)
        if (setjmp(back) == 0)
            sum += chosen(n);
    pthread_t thread;
    pthread_create(&thread, NULL, step, &argc);
    if (argc > 1)
        step(&argc);
    pthread_join(thread, NULL);
    if (argc == 1)
        step(&argc);
    printf("%d %d\n", sum, shared);
    return 0;
}
EOF
cat >throws.cc <<'EOF'
#include <cstdio>
#include <map>
#include <stdexcept>
static std::map<int, long> seen;
static long look(int n)
{
    if (++seen[n % 10] % 7 == 0)
        throw std::runtime_error("seven");
    return seen[n % 10];
}
int main()
{
    long sum = 0;
    for (int n = 0; n < 1000; n++)
        try {
            sum += look(n);
        } catch (const std::exception &) {
            sum++;
        }
    std::printf("%ld\n", sum);
}
EOF
gcc -w -pthread work.c -o native && expect 0 ./native && cp out expected_work
g++ -w throws.cc -o native && expect 0 ./native && cp out expected_throws
line=$(grep -n 'the race \*/' work.c | cut -d: -f1)

# works FLAG...: the program does what it does natively, alone and under racerun, and the race is
# found where it is, in the function that was inlined, too.
works() {
    expect 0 "$racerun" cc -w "$@" -pthread work.c -o work
    lacks err .
    expect 0 ./work
    cmp -s out expected_work || fail "$*: another result alone"
    expect 0 "$racerun" ./work
    cmp -s out expected_work || fail "$*: another result"
    expect 66 "$racerun" ./work race
    has err "^racerun: 1 finding"
    has err "shared_add .*work\.c:$line"
    has err "step .*work\.c:"
}

for cc in gcc clang-14 clang-19; do
    cxx=${cc/gcc/g++}
    cxx=${cxx/clang/clang++}
    command -v $cc >/dev/null && command -v $cxx >/dev/null || continue
    export RACERUN_CC=$cc RACERUN_CXX=$cxx
    for flags in -O0 -O1 -O2 -O3 -Os "-O2 -fno-plt" "-O2 -fno-pie -no-pie" "-O2 -mcmodel=large" \
        "-O2 -fcf-protection" "-O2 -pipe" "-O2 -masm=intel" "-O2 -flto" "-O2 -gdwarf-4" \
        "-O2 -ffunction-sections -fdata-sections -Wl,--gc-sections"; do
        # shellcheck disable=SC2086
        works $flags
    done
    RACERUN_INLINE=0 works -O2
    expect 0 "$racerun" cc -w -O2 -static -pthread work.c -o work
    expect 0 ./work
    cmp -s out expected_work || fail "$cc: another result of the static program"
    expect 0 "$racerun" c++ -w -O2 throws.cc -o throws
    for runner in "" "$racerun"; do
        expect 0 $runner ./throws
        cmp -s out expected_throws || fail "$cc: another result with exceptions"
    done

    # There, or not; what -S and -save-temps show is the compiler's own.
    expect 0 "$racerun" cc -w -O2 -c work.c -o inlined.o
    nm inlined.o | grep -q "$table" || fail "$cc: no check"
    RACERUN_INLINE=0 expect 0 "$racerun" cc -w -O2 -c work.c -o called.o
    nm called.o | grep -q "$table" && fail "$cc: RACERUN_INLINE=0 does not help"
    expect 0 "$racerun" cc -w -O2 -save-temps -c work.c -o saved.o
    grep -q "${table#* }" ./*.s && fail "$cc: -save-temps shows our text"
    nm saved.o | grep -q "$table" || fail "$cc: no check with -save-temps"
    expect 0 "$racerun" cc -w -O2 -fno-sanitize=thread -c work.c -o plain.o
    nm plain.o | grep -q "$table" && fail "$cc: a check without instrumentation"
    if [ $cc = clang-19 ]; then # what only its own assembler knows
        expect 0 "$racerun" cc -w -gembed-source -c work.c -o plain.o
        nm plain.o | grep -q "$table" && fail "$cc: a check with -gembed-source"
    fi
    expect 1 "$racerun" cc -c -o broken.o -x c - <<<'void f(void) { __asm__("no such instruction"); }'

    # Objects meet others, and the compiler's own runtime.
    cat >other.c <<'EOF'
int other;
EOF
    RACERUN_INLINE=0 expect 0 "$racerun" cc -c other.c -o other.o
    expect 0 "$racerun" cc -pthread inlined.o other.o -o mixed
    expect 66 "$racerun" ./mixed race
    expect 0 $cc -fsanitize=thread -pthread inlined.o -o foreign
    expect 66 env TSAN_OPTIONS= ./foreign race
    has err 'WARNING: ThreadSanitizer: data race'
    expect 0 env TSAN_OPTIONS= ./foreign
    cmp -s out expected_work || fail "$cc: another result under the compiler's runtime"

    # Explored, each load is a scheduling point all the same.
    cat >waits.c <<'EOF'
#include <pthread.h>
#include <stdatomic.h>
static atomic_int flag;
static void *wait_for_it(void *unused)
{
    while (!atomic_load(&flag))
        ;
    return unused;
}
int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, wait_for_it, NULL);
    atomic_store(&flag, 1);
    pthread_join(thread, NULL);
}
EOF
    expect 0 "$racerun" cc -w -O2 -pthread waits.c -o waits
    RACERUN_INLINE=0 expect 0 "$racerun" cc -w -O2 -pthread waits.c -o waits_called
    for program in waits waits_called; do
        expect 0 "$racerun" explore --jobs=1 --stats --schedules=100 ./$program
        grep -o 'traces [0-9a-f]*$' err >"$program.traces" || fail "$cc: no number of the traces"
    done
    cmp -s waits.traces waits_called.traces || fail "$cc: other schedules with inlined checks"
done
