/*
 * A test takes a volume from the controller's store and writes an annotation into it, to send it
 * back as changed. But the store gives out the object itself, which the controller's worker is
 * reading. The fix: the test changes a copy.
 *
 * source: kubernetes/kubernetes pull request 82239
 * expect: data race
 * frequency: always
 */
#include <racerun/go.h>
#include <string.h>

#define ANNOTATIONS 4

struct volume {
    int count;
    char annotations[ANNOTATIONS][32];
};

struct controller {
    mutex mu;
    struct volume *stored; /* the store, of one volume */
    chan(struct volume *) events;
    chan(bool) synced;
    int bound;
};

static bool has_annotation(const struct volume *v, const char *name)
{
    for (int i = 0; i < v->count; i++)
        if (strcmp(v->annotations[i], name) == 0)
            return true;
    return false;
}

static void set_annotation(struct volume *v, const char *name)
{
    strcpy(v->annotations[v->count++], name);
}

static struct volume *store_get(struct controller *c)
{
    struct volume *got = NULL;
    with_mutex(&c->mu)
        got = c->stored;
    return got;
}

static void volume_worker(struct controller *c)
{
    chan_range(v, c->events) {
        with_mutex(&c->mu)
            c->stored = v;
        if (has_annotation(v, "bound-by-controller"))
            c->bound++;
    }
    chan_close(c->synced);
}

static void test_controller_sync(rgo_test *t)
{
    static struct controller c;
    static struct volume first, copy;
    c = (struct controller){
        .stored = &first, .events = chan_make(struct volume *, 2), .synced = chan_make(bool)};
    set_annotation(&first, "created");
    go(volume_worker, &c);
    chan_send(c.events, &first);

    struct volume *v = store_get(&c);
#ifdef FIXED
    copy = *v;
    v = &copy;
#else
    (void)copy;
#endif
    set_annotation(v, "bound-by-controller");
    chan_send(c.events, v);

    chan_close(c.events);
    chan_recv(c.synced, NULL);
    if (c.bound < 1)
        test_errorf(t, "bound %d times", c.bound);
}

RGO_TESTING_MAIN(test_controller_sync)
