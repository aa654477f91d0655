/*
 * Reads look into a buffer of what was written last, under its lock. Defragmenting empties that
 * buffer as well, under the locks of the back end and of the writing transaction, but not under
 * that of the readers. The fix: it takes that one, too.
 *
 * source: etcd-io/etcd pull request 9446
 * expect: data race
 * frequency: always
 */
#include <racerun/go.h>

#define KEYS 8

struct read_tx {
    rwmutex mu;
    int used;
    int keys[KEYS];
};

struct backend {
    rwmutex mu;
    mutex batch_tx;
    struct read_tx read_tx;
};

static void read_tx_reset(struct read_tx *tx)
{
    tx->used = 0;
}

static int unsafe_range(const struct read_tx *tx)
{
    int sum = 0;
    for (int i = 0; i < tx->used; i++)
        sum += tx->keys[i];
    return sum;
}

static void put(struct backend *b, int key)
{
    with_mutex(&b->batch_tx) {
        rwmutex_lock(&b->read_tx.mu);
        b->read_tx.keys[b->read_tx.used++] = key;
        rwmutex_unlock(&b->read_tx.mu);
    }
}

static void serve_range(struct backend *b, chan(int) answer)
{
    rwmutex_rlock(&b->read_tx.mu);
    int sum = unsafe_range(&b->read_tx);
    rwmutex_runlock(&b->read_tx.mu);
    chan_send(answer, sum);
}

static void serve_defragment(struct backend *b, chan(int) answer)
{
    with_mutex(&b->batch_tx) {
        rwmutex_lock(&b->mu);
#ifdef FIXED
        rwmutex_lock(&b->read_tx.mu);
        read_tx_reset(&b->read_tx);
        rwmutex_unlock(&b->read_tx.mu);
#else
        read_tx_reset(&b->read_tx);
#endif
        rwmutex_unlock(&b->mu);
    }
    chan_send(answer, 0);
}

static void test_range_and_defragment(rgo_test *t)
{
    static struct backend b;
    chan(int) answers = chan_make(int);
    for (int i = 0; i < KEYS; i++)
        put(&b, i);
    go(serve_range, &b, answers);
    go(serve_defragment, &b, answers);
    int sum = chan_get(answers) + chan_get(answers);
    if (sum != 0 && sum != KEYS * (KEYS - 1) / 2)
        test_errorf(t, "read %d", sum);
    chan_free(answers);
}

RGO_TESTING_MAIN(test_range_and_defragment)
