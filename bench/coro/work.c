/*
 * The workloads by which the goroutine runtime is measured. work.go is the same work in Go, line by
 * line; work_fiber.cc and work_pthread.c have some of it with Boost.Fiber and plain threads.
 * How they are called and what they print: ../driver.h. Setting up and the first touch of memory
 * count: they are part of what a program pays, on both sides.
 */
#include <racerun/go.h>

#include "../driver.h"

/* Goroutines that do nothing, 100 at a time. */
static void nothing(long *finished)
{
    ++*finished;
}

static void spawn(long n)
{
    long finished = 0;
    volatile long *seen = &finished;
    for (long i = 0; i < n; i += 100) {
        for (int j = 0; j < 100; j++)
            go(nothing, &finished);
        while (*seen < i + 100)
            go_yield();
    }
}

/* Ten goroutines take turns. */
static void yielder(long n, waitgroup *wg)
{
    for (long i = 0; i < n; i++)
        go_yield();
    waitgroup_done(wg);
}

static void yield(long n)
{
    waitgroup wg = {0};
    waitgroup_add(&wg, 10);
    for (int i = 0; i < 10; i++)
        go(yielder, n / 10, &wg);
    waitgroup_wait(&wg);
}

/* A value goes there and back again over two unbuffered channels. */
static void reflect(chan(long) ping, chan(long) pong)
{
    chan_range(v, ping) chan_send(pong, v);
}

static void pingpong(long n)
{
    chan(long) ping = chan_make(long), pong = chan_make(long);
    go(reflect, ping, pong);
    for (long i = 0; i < n; i++) {
        chan_send(ping, i);
        chan_get(pong);
    }
    chan_close(ping);
}

static void produce(chan(long) c, long n, waitgroup *wg)
{
    for (long i = 0; i < n; i++)
        chan_send(c, i);
    if (wg)
        waitgroup_done(wg);
}

static void consume(chan(long) c, long n, waitgroup *wg)
{
    for (long i = 0; i < n; i++)
        chan_get(c);
    waitgroup_done(wg);
}

static void stream(long n, size_t capacity)
{
    chan(long) c = chan_make(long, capacity);
    go(produce, c, n, NULL);
    for (long i = 0; i < n; i++)
        chan_get(c);
}

static void oneway(long n)
{
    stream(n, 0);
}

static void buffered(long n)
{
    stream(n, 128);
}

/* Four producers and four consumers at one unbuffered channel. */
static void many(long n)
{
    waitgroup wg = {0};
    chan(long) c = chan_make(long);
    waitgroup_add(&wg, 8);
    for (int i = 0; i < 4; i++) {
        go(produce, c, n / 4, &wg);
        go(consume, c, n / 4, &wg);
    }
    waitgroup_wait(&wg);
}

/* One consumer selects over four unbuffered channels with a producer each. */
static void select_four(long n)
{
    chan(long) c[4];
    long sum = 0, v;
    for (int i = 0; i < 4; i++) {
        c[i] = chan_make(long);
        go(produce, c[i], n / 4, NULL);
    }
    for (long i = 0; i < n / 4 * 4; i++) {
        chan_select
        {
            on_recv(c[0], &v) sum += v;
            on_recv(c[1], &v) sum += v;
            on_recv(c[2], &v) sum += v;
            on_recv(c[3], &v) sum += v;
        }
    }
    if (sum != 4 * ((n / 4) * (n / 4 - 1) / 2))
        abort();
}

static void mutex_only(long n)
{
    mutex m = {0};
    volatile long count = 0;
    for (long i = 0; i < n; i++) {
        mutex_lock(&m);
        count = count + 1;
        mutex_unlock(&m);
    }
}

/* n goroutines at once, each sends a value to the one who adds them up. */
static void send_one(chan(long) c, long value)
{
    chan_send(c, value);
}

static void fanout(long n)
{
    chan(long) c = chan_make(long);
    long sum = 0;
    for (long i = 0; i < n; i++)
        go(send_one, c, i);
    for (long i = 0; i < n; i++)
        sum += chan_get(c);
    if (sum != n * (n - 1) / 2)
        abort();
}

/* The first n primes by a chain of n goroutines; an operation is one prime. */
static void generate(chan(long) out)
{
    for (long i = 2;; i++)
        chan_send(out, i);
}

static void filter(chan(long) numbers, chan(long) out, long prime)
{
    for (;;) {
        long i = chan_get(numbers);
        if (i % prime != 0)
            chan_send(out, i);
    }
}

static void sieve(long n)
{
    chan(long) c = chan_make(long);
    go(generate, c);
    for (long i = 0; i < n; i++) {
        long prime = chan_get(c);
        chan(long) next = chan_make(long);
        go(filter, c, next, prime);
        c = next;
    }
}

/* n goroutines sleep, each for another while. */
static void sleeper(int64_t ns, waitgroup *wg)
{
    go_sleep(ns);
    waitgroup_done(wg);
}

static void timers(long n)
{
    waitgroup wg = {0};
    waitgroup_add(&wg, (int)n);
    srandom(1);
    for (long i = 0; i < n; i++)
        go(sleeper, ms(100 + random() % 100), &wg);
    waitgroup_wait(&wg);
}

/* 64 bytes there and back again over eight loopback connections; an operation is one round trip. */
enum { MESSAGE = 64 };

static void must(bool ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

static void echo_serve(conn *c)
{
    char buffer[MESSAGE];
    ssize_t got;
    while ((got = conn_read(c, buffer, sizeof buffer)) > 0) {
        if (conn_write(c, buffer, (size_t)got) < 0)
            break;
    }
    conn_close(c);
}

static void echo_accept(listener *l)
{
    conn *c;
    while ((c = listener_accept(l)))
        go(echo_serve, c);
}

static void echo_client(const char *address, long n, waitgroup *wg)
{
    char buffer[MESSAGE] = {0};
    conn *c = net_dial("tcp", address, 0);
    must(c != NULL, "dial");
    for (long i = 0; i < n; i++) {
        must(conn_write(c, buffer, sizeof buffer) == MESSAGE, "write");
        for (size_t got = 0; got < sizeof buffer;) {
            ssize_t count = conn_read(c, buffer + got, sizeof buffer - got);
            must(count > 0, "read");
            got += (size_t)count;
        }
    }
    conn_close(c);
    waitgroup_done(wg);
}

static void echo(long n)
{
    waitgroup wg = {0};
    listener *l = net_listen("tcp", "127.0.0.1:0");
    must(l != NULL, "listen");
    go(echo_accept, l);
    waitgroup_add(&wg, 8);
    for (int i = 0; i < 8; i++)
        go(echo_client, listener_address(l), n / 8, &wg);
    waitgroup_wait(&wg);
}

/* Matrices pass four stages, each multiplies by its own. */
enum { SIDE = 48 };

typedef struct matrix {
    double at[SIDE][SIDE];
} matrix;

static matrix *matrix_new(void)
{
    matrix *made = calloc(1, sizeof *made);
    if (!made)
        abort();
    return made;
}

static void multiply(const matrix *a, const matrix *b, matrix *product)
{
    for (int i = 0; i < SIDE; i++) {
        for (int j = 0; j < SIDE; j++) {
            double sum = 0;
            for (int k = 0; k < SIDE; k++)
                sum += a->at[i][k] * b->at[k][j];
            product->at[i][j] = sum;
        }
    }
}

static void matrix_stage(chan(matrix *) from, chan(matrix *) to, const matrix *by)
{
    chan_range(a, from)
    {
        matrix *product = matrix_new();
        multiply(a, by, product);
        free(a);
        chan_send(to, product);
    }
    chan_close(to);
}

static void matrix_source(chan(matrix *) to, long n)
{
    for (long i = 0; i < n; i++) {
        matrix *a = matrix_new();
        a->at[0][0] = (double)i;
        chan_send(to, a);
    }
    chan_close(to);
}

static void matrices(long n)
{
    chan(matrix *) first = chan_make(matrix *);
    chan(matrix *) last = first;
    for (int s = 0; s < 4; s++) {
        matrix *by = matrix_new();
        for (int i = 0; i < SIDE; i++)
            by->at[i][(i + s + 1) % SIDE] = 1;
        chan(matrix *) next = chan_make(matrix *);
        go(matrix_stage, last, next, by);
        last = next;
    }
    go(matrix_source, first, n);
    double sum = 0;
    chan_range(a, last)
    {
        sum += a->at[0][10];
        free(a);
    }
    if (sum != (double)n * (double)(n - 1) / 2)
        abort();
}

/* n numbers are tested by division, 100 at a time, by as many goroutines as there are jobs. */
static void count_primes(long from, chan(long) counts)
{
    long count = 0;
    for (long i = 1000000 + from; i < 1000000 + from + 100; i++) {
        long d = 2;
        while (d * d <= i && i % d != 0)
            d++;
        count += d * d > i;
    }
    chan_send(counts, count);
}

static void primes(long n)
{
    chan(long) counts = chan_make(long, 16);
    long jobs = 0;
    for (long from = 0; from < n; from += 100) {
        jobs++;
        go(count_primes, from, counts);
    }
    for (; jobs > 0; jobs--)
        chan_get(counts);
}

/* The memory of n goroutines that wait in receive: bytes each, resident and page tables. */
static long memory_kilobytes(void)
{
    char line[256];
    long total = 0, value;
    FILE *status = fopen("/proc/self/status", "r");
    if (!status)
        abort();
    while (fgets(line, sizeof line, status)) {
        if (sscanf(line, "VmRSS: %ld", &value) == 1 || sscanf(line, "VmPTE: %ld", &value) == 1)
            total += value;
    }
    fclose(status);
    return total;
}

static void wait_for_ever(chan(int) here, chan(int) never)
{
    chan_send(here, 1);
    chan_get(never);
}

static void idle(long n)
{
    chan(int) here = chan_make(int), never = chan_make(int);
    long before = memory_kilobytes();
    for (long i = 0; i < n; i++) {
        go(wait_for_ever, here, never);
        if (i % 1000 == 999) {
            for (int j = 0; j < 1000; j++)
                chan_get(here);
        }
    }
    go_yield();
    measured.told = true;
    printf("idle %ld %.0f 0\n", n, (double)(memory_kilobytes() - before) * 1024 / (double)n);
}

static const struct work works[] = {
    {"spawn", 2000000, spawn},        {"yield", 5000000, yield},
    {"pingpong", 1000000, pingpong},  {"oneway", 2000000, oneway},
    {"buffered", 10000000, buffered}, {"many", 2000000, many},
    {"select", 1000000, select_four}, {"mutex", 20000000, mutex_only},
    {"fanout", 100000, fanout},       {"sieve", 1000, sieve},
    {"timers", 100000, timers},       {"echo", 16000, echo},
    {"matrices", 1000, matrices},     {"primes", 300000, primes},
    {"idle", 1000000, idle},
};

int main(int argc, char **argv)
{
    return works_run(works, sizeof works / sizeof *works, argc, argv);
}
