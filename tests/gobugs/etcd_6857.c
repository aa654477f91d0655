/*
 * Who asks a node for its status sends a channel for the answer to the node's goroutine and waits
 * there. Once the node has been stopped nobody takes the question, and whoever asks waits for ever.
 * The fix: asking also ends when the node has ended.
 *
 * source: etcd-io/etcd pull request 6857
 * expect: deadlock
 * frequency: always
 */
#include <racerun/go.h>

struct status {
    int term;
    bool leads;
};

struct node {
    chan(chan(struct status)) status;
    chan(bool) stop; /* a request */
    chan(bool) done; /* closed at the end */
};

static void node_run(struct node *n)
{
    struct status now = {.term = 1, .leads = true};
    for (;;) {
        chan(struct status) answer = NULL;
        bool stops = false;
        chan_select {
            on_recv(n->status, &answer)
                chan_send(answer, now);
            on_recv(n->stop, &stops) {
            }
        }
        if (stops) {
            chan_close(n->done);
            return;
        }
    }
}

static struct status node_status(struct node *n)
{
    struct status is = {0};
    chan(struct status) answer = chan_make(struct status);
#ifdef FIXED
    chan_select {
        on_send(n->status, answer)
            is = chan_get(answer);
        on_recv(n->done) {
        }
    }
#else
    chan_send(n->status, answer);
    is = chan_get(answer);
#endif
    chan_free(answer);
    return is;
}

static void node_stop(struct node *n)
{
    chan_select {
        on_send(n->stop, true)
            chan_recv(n->done, NULL);
        on_recv(n->done) {
        }
    }
}

static void test_node_stop(rgo_test *t)
{
    static struct node n;
    n = (struct node){
        .status = chan_make(chan(struct status)), .stop = chan_make(bool), .done = chan_make(bool)};
    go(node_run, &n);
    if (!node_status(&n).leads)
        test_errorf(t, "no leader");
    node_stop(&n);
    if (node_status(&n).term != 0)
        test_errorf(t, "a status after the stop");
    node_stop(&n);
}

RGO_TESTING_MAIN(test_node_stop)
