/*
 * work: what programs do, two threads at a time (workers() says where more), for the price of a
 * detector. Free of races, so nothing is reported. Natively each takes some 0.3 s of CPU; an
 * operation is what its comment says.
 */
#include "../driver.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { THREADS = 2, THREADS_MAX = 1000 };

/* Thread `self` of `count`; does its share of `n`. */
typedef void worker_fn(long n, int self);

struct worker {
    pthread_t thread;
    worker_fn *fn;
    long n;
    int self;
};

static void *worker_run(void *arg)
{
    struct worker *worker = arg;
    worker->fn(worker->n, worker->self);
    return NULL;
}

static void workers(worker_fn *fn, int count, long n)
{
    static struct worker all[THREADS_MAX];
    for (int i = 0; i < count; i++) {
        all[i] = (struct worker){.fn = fn, .n = n, .self = i};
        pthread_create(&all[i].thread, NULL, worker_run, &all[i]);
    }
    for (int i = 0; i < count; i++)
        pthread_join(all[i].thread, NULL);
}

static void *need(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        abort();
    return memory;
}

/* The compiler is not to know that nobody looks at the result. */
static _Thread_local volatile long sink;

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* ---- stream: an element of 512 Ki that a thread reads, computes and writes ---- */

enum { STREAM = 1 << 19 };
static double *stream_from[THREADS], *stream_to[THREADS];

static void stream_worker(long n, int self)
{
    double *from = stream_from[self], *to = stream_to[self];
    for (long done = 0; done < n; done += STREAM)
        for (long i = 0; i < STREAM; i++)
            to[i] = to[i] * 0.5 + from[i];
}

static void stream(long n)
{
    for (int i = 0; i < THREADS; i++) {
        stream_from[i] = need(sizeof(double) * STREAM);
        stream_to[i] = need(sizeof(double) * STREAM);
    }
    workers(stream_worker, THREADS, n / THREADS);
}

/* ---- matrix: a multiplication and addition of two matrices that both threads read ---- */

enum { ORDER = 256, TILE = 32 };
static double matrix_a[ORDER][ORDER], matrix_b[ORDER][ORDER], matrix_c[ORDER][ORDER];

static void tile_multiply(int row, int column, int inner)
{
    for (int i = row; i < row + TILE; i++)
        for (int k = inner; k < inner + TILE; k++)
            for (int j = column; j < column + TILE; j++)
                matrix_c[i][j] += matrix_a[i][k] * matrix_b[k][j];
}

static void matrix_worker(long n, int self)
{
    const int half = ORDER / THREADS;
    for (long done = 0; done < n; done += (long)half * ORDER * ORDER)
        for (int row = self * half; row < (self + 1) * half; row += TILE)
            for (int column = 0; column < ORDER; column += TILE)
                for (int inner = 0; inner < ORDER; inner += TILE)
                    tile_multiply(row, column, inner);
}

static void matrix(long n)
{
    for (int i = 0; i < ORDER; i++)
        for (int j = 0; j < ORDER; j++)
            matrix_a[i][j] = matrix_b[j][i] = i - j;
    workers(matrix_worker, THREADS, n / THREADS);
}

/* ---- hash: an update of a table whose stripes have a mutex each ---- */

enum { BUCKETS = 1 << 16, STRIPES = 64 };
struct entry {
    uint64_t key;
    long count;
    struct entry *next;
};
static struct entry *buckets[BUCKETS];
static pthread_mutex_t stripes[STRIPES];

static void entry_count(uint64_t key)
{
    struct entry **link = &buckets[key % BUCKETS];
    while (*link && (*link)->key != key)
        link = &(*link)->next;
    if (!*link) {
        *link = need(sizeof **link);
        (*link)->key = key;
    }
    (*link)->count++;
}

static void hash_worker(long n, int self)
{
    uint64_t state = 88172645463325252u + (uint64_t)self;
    for (long i = 0; i < n; i++) {
        uint64_t key = random_next(&state) % (2 * BUCKETS);
        pthread_mutex_t *stripe = &stripes[key % STRIPES];
        pthread_mutex_lock(stripe);
        entry_count(key);
        pthread_mutex_unlock(stripe);
    }
}

static void hash(long n)
{
    for (int i = 0; i < STRIPES; i++)
        pthread_mutex_init(&stripes[i], NULL);
    workers(hash_worker, THREADS, n / THREADS);
}

/* ---- mutex: lock and unlock around a counter ---- */

static pthread_mutex_t counter_mutex = PTHREAD_MUTEX_INITIALIZER;
static long counter;

static void mutex_worker(long n, int self)
{
    (void)self;
    for (long i = 0; i < n; i++) {
        pthread_mutex_lock(&counter_mutex);
        counter++;
        pthread_mutex_unlock(&counter_mutex);
    }
}

static void mutex(long n)
{
    workers(mutex_worker, THREADS, n / THREADS);
}

/* ---- lock: the same by one thread, so that nobody ever waits ---- */

static void lock(long n)
{
    workers(mutex_worker, 1, n);
}

/* ---- atomics: an addition to a counter that both share, relaxed and acquire-release in turns,
 * and a look at a flag ---- */

static atomic_long shared_counter, shared_flag;
static volatile bool flag_is_set; /* no compiler is to know that it never is */

static void atomics_worker(long n, int self)
{
    (void)self;
    for (long i = 0; i < n; i++) {
        if (i % 2)
            atomic_fetch_add_explicit(&shared_counter, 1, memory_order_relaxed);
        else
            atomic_fetch_add_explicit(&shared_counter, 1, memory_order_acq_rel);
        if (atomic_load_explicit(&shared_flag, memory_order_acquire))
            atomic_store_explicit(&shared_flag, 0, memory_order_release);
    }
}

static void atomics(long n)
{
    shared_flag = flag_is_set;
    workers(atomics_worker, THREADS, n / THREADS);
}

/* ---- spin: a look at a flag that one thread sets, and the other waits for ---- */

static atomic_long spin_turn;

static void spin_worker(long n, int self)
{
    for (long i = 0; i < n; i++)
        sink = atomic_load_explicit(&spin_turn, memory_order_acquire) != self;
    atomic_fetch_add_explicit(&spin_turn, 1, memory_order_release);
}

static void spin(long n)
{
    workers(spin_worker, THREADS, n / THREADS);
}

/* ---- list: a node visited under a read lock; each 64th walk changes the list ---- */

enum { NODES = 64, WALKS_PER_CHANGE = 64 };
struct node {
    struct node *next;
    long value;
};
static struct node *list_head;
static pthread_rwlock_t list_lock = PTHREAD_RWLOCK_INITIALIZER;

static void list_rotate(void)
{
    struct node *first = list_head, *last = first;
    while (last->next)
        last = last->next;
    list_head = first->next;
    first->next = NULL;
    first->value++;
    last->next = first;
}

static void list_worker(long n, int self)
{
    long sum = 0;
    for (long walk = self; walk * NODES < n; walk++) {
        if (walk % WALKS_PER_CHANGE == 0) {
            pthread_rwlock_wrlock(&list_lock);
            list_rotate();
        } else {
            pthread_rwlock_rdlock(&list_lock);
            for (const struct node *node = list_head; node; node = node->next)
                sum += node->value;
        }
        pthread_rwlock_unlock(&list_lock);
    }
    sink = sum;
}

static void list(long n)
{
    for (int i = 0; i < NODES; i++) {
        struct node *node = need(sizeof *node);
        node->next = list_head;
        list_head = node;
    }
    workers(list_worker, THREADS, n / THREADS);
}

/* ---- queue: an item through a ring of 64 between two threads; mutex and two conditions ---- */

enum { RING = 64 };
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t room, items;
    long values[RING];
    int first, count;
} ring = {.mutex = PTHREAD_MUTEX_INITIALIZER,
          .room = PTHREAD_COND_INITIALIZER,
          .items = PTHREAD_COND_INITIALIZER};

static void ring_put(long value)
{
    pthread_mutex_lock(&ring.mutex);
    while (ring.count == RING)
        pthread_cond_wait(&ring.room, &ring.mutex);
    ring.values[(ring.first + ring.count++) % RING] = value;
    pthread_cond_signal(&ring.items);
    pthread_mutex_unlock(&ring.mutex);
}

static long ring_take(void)
{
    pthread_mutex_lock(&ring.mutex);
    while (ring.count == 0)
        pthread_cond_wait(&ring.items, &ring.mutex);
    long value = ring.values[ring.first];
    ring.first = (ring.first + 1) % RING;
    ring.count--;
    pthread_cond_signal(&ring.room);
    pthread_mutex_unlock(&ring.mutex);
    return value;
}

static void queue_worker(long n, int self)
{
    long sum = 0;
    for (long i = 0; i < n; i++) {
        if (self)
            ring_put(i);
        else
            sum += ring_take();
    }
    if (!self)
        sink = sum;
}

static void queue(long n)
{
    workers(queue_worker, THREADS, n);
}

/* ---- sort: an element sorted by merging; each part of 4096 or more has a thread of its own ----
 */

enum { SORTED = 1 << 18, PART = 1 << 12 };
struct part {
    int *elements, *room;
    long count;
};

static void *part_sort(void *arg);

static void part_merge(const struct part *part, long half)
{
    long i = 0, j = half, k = 0;
    while (k < part->count) {
        bool left = j == part->count || (i < half && part->elements[i] <= part->elements[j]);
        part->room[k++] = left ? part->elements[i++] : part->elements[j++];
    }
    for (k = 0; k < part->count; k++)
        part->elements[k] = part->room[k];
}

static void *part_sort(void *arg)
{
    const struct part *part = arg;
    if (part->count < 2)
        return NULL;
    long half = part->count / 2;
    struct part left = {part->elements, part->room, half};
    struct part right = {part->elements + half, part->room + half, part->count - half};
    pthread_t thread;
    bool apart = half >= PART && pthread_create(&thread, NULL, part_sort, &left) == 0;
    if (!apart)
        part_sort(&left);
    part_sort(&right);
    if (apart)
        pthread_join(thread, NULL);
    part_merge(part, half);
    return NULL;
}

static void sort(long n)
{
    struct part all = {need(sizeof(int) * SORTED), need(sizeof(int) * SORTED), SORTED};
    uint64_t state = 88172645463325252u;
    for (long done = 0; done < n; done += SORTED) {
        for (long i = 0; i < SORTED; i++)
            all.elements[i] = (int)(random_next(&state) >> 33);
        part_sort(&all);
    }
}

/* ---- threads: a thread created and joined ---- */

static void *nothing(void *arg)
{
    return arg;
}

static void threads(long n)
{
    for (long i = 0; i < n; i++) {
        pthread_t thread;
        pthread_create(&thread, NULL, nothing, NULL);
        pthread_join(thread, NULL);
    }
}

/* ---- table: a word of a table that all threads read; every 4096 reads a lock is taken ---- */

enum { WORDS = 1 << 12 };
static long table_words[WORDS];
static pthread_mutex_t table_mutex = PTHREAD_MUTEX_INITIALIZER;

static void table_worker(long n, int self)
{
    long sum = 0, at = self;
    for (long i = 0; i < n; i++) {
        at = (at + table_words[at] + 1) % WORDS;
        sum += table_words[at];
        if (i % WORDS == 0) {
            pthread_mutex_lock(&table_mutex);
            counter++;
            pthread_mutex_unlock(&table_mutex);
        }
    }
    sink = sum;
}

static void table(long n)
{
    for (int i = 0; i < WORDS; i++)
        table_words[i] = i % 7;
    workers(table_worker, THREADS, n / THREADS);
}

/* ---- private_2, ... shared_2, ... locks_2, ...: what 2, 16, 128 and 1000 live threads pay for a
 * read and a write of a word of their own, a read of a word of a table that all have read, and a
 * lock and unlock of a mutex of their own. From when all are there until the first is done: CPU of
 * the loops alone, by each thread's own clock ---- */

enum { OWN_WORDS = 64 };
static long own_words[THREADS_MAX][OWN_WORDS];
static struct {
    worker_fn *fn;
    pthread_barrier_t begun, done;
    atomic_long cpu_ns;
} live;

static void private_worker(long n, int self)
{
    for (long i = 0; i < n; i++) {
        own_words[self][i % OWN_WORDS]++;
        __asm__ volatile("" : : : "memory"); /* the compiler is to leave it there */
    }
}

static void shared_worker(long n, int self)
{
    long sum = 0;
    for (long i = 0; i < n; i++) {
        sum += table_words[(self + i) % OWN_WORDS];
        __asm__ volatile("" : : : "memory");
    }
    sink = sum;
}

static void locks_worker(long n, int self)
{
    pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;
    (void)self;
    for (long i = 0; i < n; i++) {
        pthread_mutex_lock(&own);
        pthread_mutex_unlock(&own);
    }
}

static void live_worker(long n, int self)
{
    live.fn(OWN_WORDS, self);
    pthread_barrier_wait(&live.begun);
    double began = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    live.fn(n, self);
    atomic_fetch_add(&live.cpu_ns, (long)(clock_ns(CLOCK_THREAD_CPUTIME_ID) - began));
    pthread_barrier_wait(&live.done);
}

static void live_run(worker_fn *fn, int threads, long n)
{
    live.fn = fn;
    pthread_barrier_init(&live.begun, NULL, (unsigned)threads);
    pthread_barrier_init(&live.done, NULL, (unsigned)threads);
    workers(live_worker, threads, n / threads);
    measured.cpu_ns = (double)live.cpu_ns;
}

#define LIVE(name, threads)                                                                        \
    static void name##_##threads(long n)                                                           \
    {                                                                                              \
        live_run(name##_worker, threads, n);                                                       \
    }
#define CURVE(name) LIVE(name, 2) LIVE(name, 16) LIVE(name, 128) LIVE(name, 1000)
CURVE(private)
CURVE(shared)
CURVE(locks)

/* ---- memory: 256 bytes copied, compared and filled, in blocks of 8 to 4096 ---- */

enum { BLOCK_MAX = 4096, BYTES_PER_OPERATION = 256 };

static void memory_worker(long n, int self)
{
    unsigned char *from = need(2 * BLOCK_MAX), *to = need(2 * BLOCK_MAX);
    long bytes = n * BYTES_PER_OPERATION, sum = self;
    for (size_t size = 8; bytes > 0; size = size == BLOCK_MAX ? 8 : size * 2) {
        size_t at = (size_t)bytes / 8 % 64 * 8;
        memcpy(to + at, from, size);
        sum += memcmp(to + at, from, size);
        memset(from, (int)(size & 127), size);
        bytes -= (long)size;
    }
    sink = sum;
}

static void memory(long n)
{
    workers(memory_worker, THREADS, n / THREADS);
}

/* ---- bytes: a byte of text coded by its neighbours, as compressors do; unaligned loads ---- */

enum { TEXT = 1 << 18, HASHES = 1 << 12, MATCH_MAX = 64 };

static uint32_t load_32(const unsigned char *p)
{
    uint32_t value;
    memcpy(&value, p, sizeof value);
    return value;
}

static long text_match(const unsigned char *text, const unsigned char *before)
{
    long length = 0;
    while (length < MATCH_MAX && text[length] == before[length])
        length++;
    return length;
}

static void bytes_worker(long n, int self)
{
    unsigned char *text = need(TEXT), *out = need(TEXT);
    uint32_t *heads = need(sizeof *heads * HASHES);
    uint64_t state = 88172645463325252u + (uint64_t)self;
    for (long i = 0; i < TEXT; i++)
        text[i] = (unsigned char)("etaoin shrdlu"[random_next(&state) % 13]);
    for (long done = 0; done < n; done += TEXT) {
        long written = 0;
        for (long i = 0; i + MATCH_MAX < TEXT; written++) {
            uint32_t key = load_32(text + i) * 2654435761u >> 20;
            long length = text_match(text + i, text + heads[key]);
            heads[key] = (uint32_t)i;
            out[written] = length >= 4 ? (unsigned char)length : text[i];
            i += length >= 4 ? length : 1;
        }
        sink = written;
    }
}

static void bytes(long n)
{
    workers(bytes_worker, THREADS, n / THREADS);
}

int main(int argc, char **argv)
{
    static const struct work works[] = {
        {"stream", 300000000, stream}, {"matrix", 600000000, matrix},
        {"hash", 6000000, hash},       {"mutex", 6000000, mutex},
        {"lock", 20000000, lock},      {"atomics", 20000000, atomics},
        {"spin", 400000000, spin},     {"list", 200000000, list},
        {"queue", 3000000, queue},     {"sort", 6000000, sort},
        {"threads", 20000, threads},   {"table", 100000000, table},
        {"memory", 20000000, memory},  {"bytes", 30000000, bytes},
#define CURVE_OF(name, n)                                                                          \
    {#name "_2", n, name##_2}, {#name "_16", n, name##_16}, {#name "_128", n, name##_128},         \
        {#name "_1000", n, name##_1000}
        CURVE_OF(private, 40000000),   CURVE_OF(shared, 40000000),
        CURVE_OF(locks, 4000000),
    };
    return works_run(works, sizeof works / sizeof *works, argc, argv);
}
