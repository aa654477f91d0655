#!/usr/bin/env bash
# explore: what a program does at its end it does in every engine, in each schedule: exit handlers, destructors,
# what stdio holds, by whichever way it ends. The in-process engine ends most schedules without libc's exit().
#   usage: engine_endings.sh [--racerun PATH]
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun
[ "${1-}" = --racerun ] && racerun=$(realpath "$2")
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-endings.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0 schedules=12

cat >object.c <<'END'
extern void note(const char *text);
__attribute__((destructor)) static void object_ends(void)
{
    note("library;");
}
END
gcc -O1 -fPIC -shared object.c -o libobject.so || exit 1

cat >endings.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int file;
static FILE *stream;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void note(const char *text)
{
    if (write(file, text, strlen(text)) < 0)
        _exit(9);
}

static void handler(void)
{
    note("handler;");
}

static void handler_on_exit(int status, void *text)
{
    note(status == 0 ? text : "?");
}

#ifdef DESTRUCTOR
__attribute__((destructor)) static void ends(void)
{
    note("destructor;");
}
#endif
/* What the linker is told to name as the program's finalizer. */
void finalize(void)
{
    note("finalizer;");
    fputs("late;", fdopen(file, "a"));
}

static void *work(void *how)
{
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&mutex);
        pthread_mutex_unlock(&mutex);
    }
    if (!strcmp(how, "thread"))
        exit(0);
    return NULL;
}

int main(int argc, char **argv)
{
    const char *how = argv[1];
    pthread_t threads[2];
    file = open(argv[argc - 1], O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (!strcmp(how, "handler"))
        atexit(handler);
    if (!strcmp(how, "on_exit"))
        on_exit(handler_on_exit, "on_exit;");
    if (!strcmp(how, "stream")) {
        stream = fopen(argv[argc - 1], "a");
        fputs("buffered;", stream);
    }
    if (!strcmp(how, "library") && !dlopen("./libobject.so", RTLD_NOW))
        return 1;
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, argv[1]);
    note("main;");
    if (!strcmp(how, "main_leaves"))
        pthread_exit(NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
END
gcc -g -O1 -pthread -rdynamic endings.c -o ends_plain || exit 1
gcc -g -O1 -pthread -rdynamic -DDESTRUCTOR endings.c -o ends_destructor || exit 1
gcc -g -O1 -pthread -rdynamic -Wl,-fini=finalize endings.c -o ends_finalizer || exit 1

# check PROGRAM HOW WORD...: each word was written once a schedule; the first is run twice where that is checked.
check() {
    local program=$1 how=$2 engine word count
    shift 2
    for engine in inprocess fork; do
        rm -f seen
        "$racerun" explore --jobs=1 --engine=$engine --schedules=$schedules --strategy=random --seed=3 \
            "./$program" "$how" seen >output 2>&1 ||
            { echo "FAIL $engine $program $how: $(tail -3 output)" && failed=1; }
        grep 'racerun: engine' output && failed=1
        for word in "$@"; do
            count=$(grep -o "$word;" seen | wc -l)
            [ "$count" -eq $schedules ] || [ "$engine $count" = "inprocess $((schedules + 1))" ] ||
                { echo "FAIL $engine $program $how: $count times $word" && failed=1; }
        done
    done
}
check ends_plain nothing main
check ends_plain handler main handler
check ends_plain on_exit main on_exit
check ends_plain stream main buffered
check ends_plain library main library
check ends_plain main_leaves main
check ends_destructor nothing main destructor
check ends_destructor thread destructor
check ends_finalizer nothing main finalizer late
check ends_finalizer main_leaves main finalizer late
[ $failed -eq 0 ] && echo "each schedule ends as it should"
exit $failed
