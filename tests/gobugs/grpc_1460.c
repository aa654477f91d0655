/*
 * While a connection has no streams, the goroutine that keeps it alive sleeps until the first one
 * wakes it. It goes to sleep with the connection's lock held, which the new stream needs. The fix:
 * it lets go of the lock before.
 *
 * source: grpc/grpc-go pull request 1460
 * expect: deadlock
 * frequency: sometimes
 */
#include <racerun/go.h>

struct http2_client {
    mutex mu;
    bool dormant;
    int active_streams;
    chan(bool) awaken_keepalive;
};

static void keepalive(struct http2_client *c)
{
    mutex_lock(&c->mu);
    if (c->active_streams == 0) {
        c->dormant = true;
#ifdef FIXED
        mutex_unlock(&c->mu);
        chan_recv(c->awaken_keepalive, NULL);
#else
        chan_recv(c->awaken_keepalive, NULL);
        mutex_unlock(&c->mu);
#endif
    } else {
        mutex_unlock(&c->mu);
    }
}

static void new_stream(struct http2_client *c)
{
    with_mutex(&c->mu) {
        c->active_streams++;
        if (c->dormant) {
            c->dormant = false;
            chan_send(c->awaken_keepalive, true);
        }
    }
}

static void test_first_stream(rgo_test *t)
{
    static struct http2_client client;
    waitgroup wg = {0};
    client.awaken_keepalive = chan_make(bool);
    waitgroup_go(&wg, keepalive, &client);
    waitgroup_go(&wg, new_stream, &client);
    waitgroup_wait(&wg);
    if (client.active_streams != 1)
        test_errorf(t, "%d streams", client.active_streams);
    chan_free(client.awaken_keepalive);
}

RGO_TESTING_MAIN(test_first_stream)
