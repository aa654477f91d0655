/*
 * What exhaustive search cannot prove, each by its name: tests/explore/doubts.sh. Every program has
 * two threads and ends.
 */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define HIDDEN __attribute__((noinline, no_sanitize("thread")))

static atomic_int flag;
static volatile int hidden;
static sem_t never;
static int ends[2];

HIDDEN static int peek(void)
{
    return hidden;
}

HIDDEN static void poke(void)
{
    hidden = 1;
}

/* ---- the other thread ---- */

static void *sets(void *argument)
{
    atomic_store(&flag, 1);
    return argument;
}

static void *works(void *argument)
{
    for (int i = 0; i < 2000; i++)
        atomic_fetch_add(&flag, 1);
    return argument;
}

static void *writes(void *argument)
{
    return write(ends[1], "x", 1) == 1 ? argument : NULL;
}

static void *waits(void *argument)
{
    sem_wait(&never);
    return argument;
}

static void *pokes(void *argument)
{
    poke();
    return argument;
}

/* ---- main ---- */

static void spins(pthread_t other)
{
    while (!atomic_load(&flag))
        ;
    pthread_join(other, NULL);
}

static void counts(pthread_t other)
{
    for (int i = 0; i < 1000 && !atomic_load(&flag); i++)
        ;
    pthread_join(other, NULL);
}

static void joins(pthread_t other)
{
    pthread_join(other, NULL);
}

static void reads(pthread_t other)
{
    char byte;
    if (read(ends[0], &byte, 1) == 1)
        pthread_join(other, NULL);
}

static void cancels(pthread_t other)
{
    pthread_cancel(other);
    pthread_join(other, NULL);
}

static void forks(pthread_t other)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
    pthread_join(other, NULL);
}

/* Goes by a file that grows with each execution. */
static void varies(pthread_t other)
{
    int file = open("grows", O_RDWR | O_CREAT | O_APPEND, 0600);
    if (write(file, "x", 1) == 1 && lseek(file, 0, SEEK_END) % 2)
        atomic_store(&flag, 2);
    else
        sem_post(&never);
    close(file);
    atomic_load(&flag);
    pthread_join(other, NULL);
}

static void runs_on(pthread_t other)
{
    while (!peek())
        ;
    pthread_join(other, NULL);
}

static void is_misled(pthread_t other)
{
    while (!atomic_load(&flag) && !peek())
        ;
    pthread_join(other, NULL);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void *(*other)(void *);
        void (*main)(pthread_t);
    } programs[] = {
        {"long", works, joins},      {"varies", sets, varies}, {"reads", writes, reads},
        {"counts", sets, counts},    {"spins", sets, spins},   {"misled", pokes, is_misled},
        {"runs-on", pokes, runs_on}, {"forks", sets, forks},   {"cancels", waits, cancels},
    };
    sem_init(&never, 0, 0);
    if (argc != 2 || pipe(ends))
        return 2;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
        if (strcmp(argv[1], programs[i].name) == 0) {
            pthread_t other;
            pthread_create(&other, NULL, programs[i].other, NULL);
            programs[i].main(other);
            return 0;
        }
    return 2;
}
