/*
 * Deleted devices are cleaned up now and then. When there are none, the function returns at once,
 * with the lock held. The next who wants a device waits for ever. The fix: unlock before that
 * return, too.
 *
 * source: moby/moby pull request 17176
 * expect: deadlock
 * frequency: always
 */
#include <racerun/go.h>

struct device_set {
    mutex mu;
    int devices, deleted;
};

static void cleanup_deleted_devices(struct device_set *set)
{
    mutex_lock(&set->mu);
    if (set->deleted == 0) {
#ifdef FIXED
        mutex_unlock(&set->mu);
#endif
        return;
    }
    set->devices -= set->deleted;
    set->deleted = 0;
    mutex_unlock(&set->mu);
}

static void delete_device(struct device_set *set)
{
    with_mutex(&set->mu)
        set->deleted++;
}

static void test_device_set(rgo_test *t)
{
    static struct device_set set = {.devices = 2};
    waitgroup wg = {0};
    waitgroup_go(&wg, cleanup_deleted_devices, &set);
    waitgroup_wait(&wg);
    delete_device(&set);
    waitgroup_go(&wg, cleanup_deleted_devices, &set);
    waitgroup_wait(&wg);
    if (set.devices != 1)
        test_errorf(t, "%d devices", set.devices);
}

RGO_TESTING_MAIN(test_device_set)
