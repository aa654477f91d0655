#!/usr/bin/env bash
# explore: every schedule begins with the same state, in every engine. The program writes what it sees of
# itself (variables, heap, descriptors, signals, the break, mappings ...) into a file, one line a schedule,
# and then changes all of it. All lines must be the same.
#   usage: engine_state.sh [--racerun PATH]
set -u -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
racerun=$here/../../build/bin/racerun
[ "${1-}" = --racerun ] && racerun=$(realpath "$2")
folder=$(mktemp -d "${TMPDIR:-/tmp}/racerun-state.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2
failed=0

cat >state.c <<'END'
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static int counter = 7;
static char *list;
static __thread int local = 3;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_key_t key;
static int ended;

static void at_end(void)
{
    ended++;
}

static void gone(void *value)
{
    free(value);
}

static void handler(int signal)
{
    (void)signal;
}

static void *work(void *file)
{
    (void)file;
    pthread_mutex_lock(&mutex);
    counter++;
    local++;
    pthread_setspecific(key, malloc(33));
    pthread_mutex_unlock(&mutex);
    return NULL;
}

/* What it sees, in one line. */
static void look(int file)
{
    char text[1024], name[16] = "";
    struct sigaction action;
    sigset_t mask;
    int fd = open("/dev/null", O_RDWR);
    void *map = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(map, 1, 1 << 20);
    sigaction(SIGUSR1, NULL, &action);
    sigprocmask(SIG_BLOCK, NULL, &mask);
    prctl(PR_GET_NAME, name);
    int size = snprintf(text, sizeof text,
                        "counter %d list %p local %d ended %d fd %d map %p heap %p large %p break %p "
                        "handler %p mask %d errno %d env %s random %d name %s flags %d\n",
                        counter, (void *)list, local, ended, fd, map, malloc(100), malloc(1 << 20),
                        sbrk(0), (void *)action.sa_handler, sigismember(&mask, SIGUSR2), errno,
                        getenv("STATE") ? "set" : "unset", rand(), name, fcntl(fd, F_GETFL));
    if (write(file, text, (size_t)size) != size)
        abort();
}

static void change(void)
{
    struct sigaction action = {.sa_handler = handler};
    sigset_t mask;
    for (int i = 0; i < 100; i++) {
        char *entry = malloc(1000);
        *(char **)entry = list;
        list = entry;
    }
    pthread_mutex_lock(&mutex);
    counter = 100;
    pthread_mutex_unlock(&mutex);
    local = 100;
    errno = EDOM;
    if (sbrk(1 << 16) == (void *)-1)
        abort();
    sigaction(SIGUSR1, &action, NULL);
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR2);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    setenv("STATE", "1", 1);
    prctl(PR_SET_NAME, "changed");
    atexit(at_end);
    dup(1);
    printf("never flushed by the program");
}

int main(int argc, char **argv)
{
    pthread_t threads[2];
    int file = open(argv[argc - 1], O_WRONLY | O_APPEND | O_CREAT, 0600);
    look(file);
    pthread_key_create(&key, gone);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    change();
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
END
"$racerun" cc -g -O1 state.c -o state || exit 1
gcc -g -O1 -pthread state.c -o state-plain || exit 1

# check ENGINE PROGRAM
check() {
    local engine=$1 program=$2 schedules=40 lines kinds
    rm -f seen
    "$racerun" explore --jobs=1 --engine="$engine" --schedules=$schedules --strategy=random "./$program" seen \
        >output 2>&1 || { echo "FAIL $engine $program: $(tail -3 output)" && failed=1; }
    grep 'racerun: engine' output && failed=1
    lines=$(wc -l <seen) kinds=$(sort -u seen | wc -l)
    if [ "$kinds" -ne 1 ] || [ "$lines" -lt $schedules ]; then
        echo "FAIL $engine $program: $lines lines of $kinds kinds"
        sort seen | uniq -c | head -4
        failed=1
    fi
}
for program in state state-plain; do
    for engine in inprocess fork threads; do check $engine $program; done
done

# Schedules in which ticks of the processor's time come while pages are opened.
cat >ticks.c <<'END'
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char *kept[32];
static void *work(void *number)
{
    unsigned seed = (unsigned)(long)number + 1;
    for (int i = 0; i < 60; i++) {
        seed = seed * 1103515245 + 12345;
        size_t size = (seed >> 8) % 5000 + 1;
        char *block = malloc(size);
        memset(block, (int)seed, size);
        block = realloc(block, size * 3);
        assert(block[0] == (char)seed);
        if (i % 7 == 0) {
            pthread_mutex_lock(&mutex);
            char **place = &kept[(seed >> 16) % 32], *before = *place;
            *place = block;
            pthread_mutex_unlock(&mutex);
            block = before;
        }
        free(block);
    }
    char *large = malloc(1 << 20);
    memset(large, 1, 1 << 20);
    free(large);
    return NULL;
}
int main(void)
{
    pthread_t threads[4];
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, work, (void *)i);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < 32; i++)
        free(kept[i]);
    return 0;
}
END
"$racerun" cc -g -O1 ticks.c -o ticks || exit 1
"$racerun" explore --jobs=1 --engine=inprocess --schedules=150 --seed=5 ./ticks >output 2>&1 ||
    { cat output && failed=1; }
grep -q '^racerun: explored 150 schedules' output || { echo "FAIL ticks: $(tail -1 output)" && failed=1; }
[ $failed -eq 0 ] && echo "each schedule begins as the first"
exit $failed
