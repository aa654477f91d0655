#!/bin/bash
# What a program may define for ThreadSanitizer: options, suppressions, what is called at reports.
. "$(dirname "$0")/lib.sh"

cat >told.c <<'EOF'
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int quiet, loud;
static int begun, told;

static void say(const char *text)
{
    if (write(1, text, strlen(text)) < 0)
        _exit(9);
}

const char *__tsan_default_options(void);
const char *__tsan_default_suppressions(void);
void __tsan_on_initialize(void);
void __tsan_on_report(void *report);
int __tsan_on_finalize(int failed);
void *__tsan_get_current_report(void);
int __tsan_get_report_data(void *, const char **, int *, int *, int *, int *, int *, int *, int *,
                           void **, unsigned long);
int __tsan_get_report_mop(void *, unsigned long, int *, void **, int *, int *, int *, void **,
                          unsigned long);
int __tsan_get_report_loc(void *, unsigned long, const char **, void **, uintptr_t *, uintptr_t *,
                          int *, int *, int *, void **, unsigned long);
int __tsan_get_report_thread(void *, unsigned long, int *, uint64_t *, int *, const char **, int *,
                             void **, unsigned long);

#ifdef OPTIONS
const char *__tsan_default_options(void)
{
    return OPTIONS;
}
#endif

#ifdef SUPPRESSIONS
const char *__tsan_default_suppressions(void)
{
    return SUPPRESSIONS;
}
#endif

#ifdef HOOKS
void __tsan_on_initialize(void)
{
    begun = 1;
}

void __tsan_on_report(void *report)
{
    const char *type;
    void *trace[16], *addr;
    uintptr_t start, bytes;
    uint64_t os_id;
    int count, stacks, accesses, places, mutexes, threads, tids, tid, size, write, atomic, fd, other;
    int right = __tsan_get_report_data(report, &type, &count, &stacks, &accesses, &places, &mutexes,
                                       &threads, &tids, trace, 16) == 1 &&
                report == __tsan_get_current_report() && accesses == 2 && threads >= 2;
    const char *name;
    right = right && strcmp(type, "data-race") == 0;
    for (int i = 0; i < 2; i++)
        right = right &&
                __tsan_get_report_mop(report, i, &tid, &addr, &size, &write, &atomic, trace, 16) &&
                addr == &loud && size == 4 && !atomic && trace[0] && tid >= 1;
    right = right &&
            __tsan_get_report_loc(report, 0, &type, &addr, &start, &bytes, &tid, &fd, &other, trace,
                                  16) && addr == &loud && strcmp(type, "global") == 0;
    right = right && __tsan_get_report_thread(report, 0, &tid, &os_id, &other, &name, &fd, trace, 16) &&
            os_id != 0 && fd == 0 && trace[0];
    right = right && !__tsan_get_report_mop(report, 2, &tid, &addr, &size, &write, &atomic, trace, 16);
    free(malloc(100)); /* it is code like any other */
    if (!told++)
        say(right ? "report\n" : "wrong report\n");
}

int __tsan_on_finalize(int failed)
{
    say(failed ? "failed\n" : "fine\n");
    return failed;
}
#endif

__attribute__((noinline)) void hush(void) { quiet++; }
__attribute__((noinline)) void shout(void) { loud++; }
static void *work(void *what) { ((void (*)(void))what)(); return 0; }

static void race(void (*what)(void))
{
    pthread_t a, b;
    pthread_create(&a, 0, work, (void *)what);
    pthread_create(&b, 0, work, (void *)what);
    pthread_join(a, 0);
    pthread_join(b, 0);
}

int main(int count, char **arguments)
{
    if (begun)
        say("begun\n");
    race(hush);
    if (count > 1)
        race(shout);
    say("survived\n");
    return arguments[0][0] == 0;
}
EOF

build() { expect 0 "$@" -O1 -g -pthread -w told.c; }

check() { # compiler and flags
    build "$@" -o plain
    expect 66 "$racerun" ./plain

    build "$@" '-DOPTIONS="exitcode=7 halt_on_error=1 no_such_option=3"' -o options
    expect 7 "$racerun" ./options
    lacks out survived
    expect 7 env TSAN_OPTIONS=halt_on_error=0 "$racerun" ./options # stronger
    has out survived
    expect 9 "$racerun" --exit-code=9 ./options
    expect 0 env RACERUN_OPTIONS=exit_code=0:halt_on_error=no "$racerun" ./options

    build "$@" '-DSUPPRESSIONS="# ours\nrace:^quiet$\n"' -o suppressions
    expect 0 "$racerun" ./suppressions
    expect 66 "$racerun" ./suppressions loud
    has err loud
    lacks err 'on `quiet`'
    build "$@" '-DSUPPRESSIONS="race:^quiet$\nrase:x\n"' -o mistaken
    expect 0 "$racerun" ./mistaken
    has err "__tsan_default_suppressions: suppressions:2: unknown suppression type 'rase'"

    build "$@" -DHOOKS '-DSUPPRESSIONS="race:^quiet$"' -o hooks
    expect 0 "$racerun" ./hooks
    has out begun
    has out fine
    lacks out report
    expect 66 "$racerun" ./hooks loud
    has out '^report'
    has out '^survived'
    has out '^failed'
    expect 66 "$racerun" --halt-on-error ./hooks loud
    has out '^report'
    lacks out survived
}

check "$racerun" cc
# These two runtimes look __tsan_on_initialize and __tsan_on_finalize up by dlsym.
check gcc -fsanitize=thread -rdynamic
if command -v clang-19 >/dev/null; then
    check clang-19 -fsanitize=thread -shared-libsan -rdynamic
fi
# Without racerun they are just functions that nobody calls.
expect 0 "$racerun" cc -O1 -pthread -w -DHOOKS told.c -o alone
expect 0 ./alone loud
[ "$(cat out)" = survived ] || fail "the hooks library calls what the program defines"
