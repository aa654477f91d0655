/*
 * The workloads of work.c with plain threads, a mutex and condition variables, where that makes
 * sense.
 *
 *     usage: work NAME [N]     prints: NAME N cpu_ns_per_op wall_ns_per_op
 */
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH = 100, SMALL_STACK = 64 << 10, CAPACITY_MAX = 128 };

static pthread_t start(void *(*fn)(void *), void *argument)
{
    pthread_t thread;
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, SMALL_STACK);
    if (pthread_create(&thread, &attr, fn, argument) != 0) {
        perror("pthread_create");
        exit(1);
    }
    pthread_attr_destroy(&attr);
    return thread;
}

/* ---- a queue of long, as a textbook has it ---- */
struct queue {
    pthread_mutex_t lock;
    pthread_cond_t not_empty, not_full;
    long values[CAPACITY_MAX];
    unsigned capacity, count, first;
};

static void queue_init(struct queue *q, unsigned capacity)
{
    *q = (struct queue){.capacity = capacity};
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->not_empty, NULL);
    pthread_cond_init(&q->not_full, NULL);
}

static void queue_put(struct queue *q, long value)
{
    pthread_mutex_lock(&q->lock);
    while (q->count == q->capacity)
        pthread_cond_wait(&q->not_full, &q->lock);
    q->values[(q->first + q->count++) % q->capacity] = value;
    pthread_cond_signal(&q->not_empty);
    pthread_mutex_unlock(&q->lock);
}

static long queue_get(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    while (q->count == 0)
        pthread_cond_wait(&q->not_empty, &q->lock);
    long value = q->values[q->first];
    q->first = (q->first + 1) % q->capacity;
    q->count--;
    pthread_cond_signal(&q->not_full);
    pthread_mutex_unlock(&q->lock);
    return value;
}

/* ---- the workloads ---- */
static struct queue ping, pong;
static long share; /* of each thread */

static void *nothing(void *unused)
{
    return unused;
}

static void spawn(long n)
{
    pthread_t threads[BATCH];
    for (long i = 0; i < n; i += BATCH) {
        for (int j = 0; j < BATCH; j++)
            threads[j] = start(nothing, NULL);
        for (int j = 0; j < BATCH; j++)
            pthread_join(threads[j], NULL);
    }
}

static void *yielder(void *unused)
{
    for (long i = 0; i < share; i++)
        sched_yield();
    return unused;
}

static void yield(long n)
{
    pthread_t threads[10];
    share = n / 10;
    for (int i = 0; i < 10; i++)
        threads[i] = start(yielder, NULL);
    for (int i = 0; i < 10; i++)
        pthread_join(threads[i], NULL);
}

static void *reflect(void *unused)
{
    for (long i = 0; i < share; i++)
        queue_put(&pong, queue_get(&ping));
    return unused;
}

/* The closest to unbuffered: queues of one. */
static void pingpong(long n)
{
    queue_init(&ping, 1);
    queue_init(&pong, 1);
    share = n;
    pthread_t peer = start(reflect, NULL);
    for (long i = 0; i < n; i++) {
        queue_put(&ping, i);
        queue_get(&pong);
    }
    pthread_join(peer, NULL);
}

static void *producer(void *unused)
{
    for (long i = 0; i < share; i++)
        queue_put(&ping, i);
    return unused;
}

static void *consumer(void *unused)
{
    for (long i = 0; i < share; i++)
        queue_get(&ping);
    return unused;
}

static void stream(long n, unsigned capacity, int pairs)
{
    pthread_t threads[8];
    queue_init(&ping, capacity);
    share = n / pairs;
    for (int i = 0; i < pairs; i++) {
        threads[2 * i] = start(producer, NULL);
        threads[2 * i + 1] = start(consumer, NULL);
    }
    for (int i = 0; i < 2 * pairs; i++)
        pthread_join(threads[i], NULL);
}

static void oneway(long n)
{
    stream(n, 1, 1);
}

static void buffered(long n)
{
    stream(n, 128, 1);
}

static void many(long n)
{
    stream(n, 1, 4);
}

static void mutex(long n)
{
    pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
    volatile long count = 0;
    for (long i = 0; i < n; i++) {
        pthread_mutex_lock(&m);
        count = count + 1;
        pthread_mutex_unlock(&m);
    }
}

static void *send_one(void *value)
{
    queue_put(&ping, (long)value);
    return NULL;
}

static void fanout(long n)
{
    pthread_t *threads = calloc((size_t)n, sizeof *threads);
    if (!threads)
        abort();
    queue_init(&ping, 1);
    for (long i = 0; i < n; i++)
        threads[i] = start(send_one, (void *)i);
    for (long i = 0; i < n; i++)
        queue_get(&ping);
    for (long i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}

static const struct {
    const char *name;
    long n;
    void (*run)(long n);
} works[] = {
    {"spawn", 5000, spawn},     {"yield", 200000, yield},       {"pingpong", 20000, pingpong},
    {"oneway", 20000, oneway},  {"buffered", 500000, buffered}, {"many", 20000, many},
    {"mutex", 20000000, mutex}, {"fanout", 5000, fanout},
};

static double now(clockid_t clock)
{
    struct timespec at;
    clock_gettime(clock, &at);
    return (double)at.tv_sec * 1e9 + (double)at.tv_nsec;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof works / sizeof *works; i++) {
        if (argc < 2 || strcmp(works[i].name, argv[1]) != 0)
            continue;
        long n = argc > 2 ? atol(argv[2]) : works[i].n;
        double cpu = now(CLOCK_PROCESS_CPUTIME_ID), wall = now(CLOCK_MONOTONIC);
        works[i].run(n);
        printf("%s %ld %.1f %.1f\n", works[i].name, n,
               (now(CLOCK_PROCESS_CPUTIME_ID) - cpu) / (double)n,
               (now(CLOCK_MONOTONIC) - wall) / (double)n);
        return 0;
    }
    fprintf(stderr, "usage: work NAME [N]\n");
    return 2;
}
