/*
 * Whoever needs a plugin waits until it is active, which it is when its manifest is there. If
 * activating it has failed, there will never be one: they wait for ever. The fix: an error ends the
 * wait, too.
 *
 * source: moby/moby pull request 30408
 * expect: lost wake-up
 * frequency: always
 */
#include <racerun/go.h>

struct plugin {
    mutex mu;
    cond activate_wait;
    const char *activate_error;
    const char *manifest;
};

static bool activated(const struct plugin *p)
{
#ifdef FIXED
    return p->manifest || p->activate_error;
#else
    return p->manifest;
#endif
}

static const char *wait_active(struct plugin *p)
{
    const char *error = NULL;
    with_mutex(&p->mu) {
        while (!activated(p))
            cond_wait(&p->activate_wait);
        error = p->activate_error;
    }
    return error;
}

static void activate(struct plugin *p, const char *error)
{
    with_mutex(&p->mu) {
        p->activate_error = error;
        p->manifest = error ? NULL : "implements: nothing";
        cond_broadcast(&p->activate_wait);
    }
}

static void wait_and_tell(struct plugin *p, chan(const char *) done)
{
    chan_send(done, wait_active(p));
}

static void test_wait_for(rgo_test *t, struct plugin *p, const char *error)
{
    chan(const char *) done = chan_make(const char *);
    cond_init(&p->activate_wait, &p->mu);
    go(wait_and_tell, p, done);
    activate(p, error);
    if (chan_get(done) != error)
        test_errorf(t, "not the error that it had");
    chan_free(done);
}

static void test_wait_plugin(rgo_test *t)
{
    static struct plugin good;
    test_wait_for(t, &good, NULL);
}

static void test_wait_bad_plugin(rgo_test *t)
{
    static struct plugin bad;
    test_wait_for(t, &bad, "some junk happened");
}

RGO_TESTING_MAIN(test_wait_plugin, test_wait_bad_plugin)
