/*
 * work: threads that take one lock in turns, for bench/explore. The scheduling points of a schedule are
 * 1 + TASKS * (2 * ROUNDS + 2) + TASKS + 1 or so: starts, locks and unlocks, ends, joins, exit.
 *   usage: work TASKS ROUNDS PAGES
 * Each schedule writes one word in each of PAGES pages.
 */
#include <pthread.h>
#include <stdlib.h>

enum { TASKS_MAX = 1000, PAGES_MAX = 4000, PAGE = 4096 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_t threads[TASKS_MAX];
static char pages[PAGES_MAX][PAGE];
static int tasks, rounds, dirty, counter;

static void *work(void *unused)
{
    for (int i = 0; i < rounds; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

int main(int argc, char **argv)
{
    tasks = argc > 1 ? atoi(argv[1]) : 3;
    rounds = argc > 2 ? atoi(argv[2]) : 8;
    dirty = argc > 3 ? atoi(argv[3]) : 0;
    if (tasks > TASKS_MAX || dirty > PAGES_MAX)
        return 2;
    for (int i = 0; i < dirty; i++)
        pages[i][0]++;
    for (int i = 0; i < tasks; i++)
        pthread_create(&threads[i], NULL, work, NULL);
    for (int i = 0; i < tasks; i++)
        pthread_join(threads[i], NULL);
    return counter != tasks * rounds;
}
