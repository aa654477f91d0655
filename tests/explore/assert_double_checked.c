/* finds: assertion */
#include "threads.h"

/* Double-checked locking that publishes the object before it is filled in. */
static struct object {
    atomic_int fields[10];
} the_object;
static _Atomic(struct object *) instance;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;

static struct object *get(void)
{
    struct object *object = atomic_load(&instance);
    if (object)
        return object;
    pthread_mutex_lock(&m);
    if (!(object = atomic_load(&instance))) {
        object = &the_object;
#ifndef FIXED
        atomic_store(&instance, object);
#endif
        for (int i = 0; i < 10; i++)
            atomic_store(&object->fields[i], i + 1);
#ifdef FIXED
        atomic_store(&instance, object);
#endif
    }
    pthread_mutex_unlock(&m);
    return object;
}

/* From the end: only one that comes at once sees nothing of it. */
static void *use(void *unused)
{
    struct object *object = get();
    int set = 0;
    for (int i = 9; i >= 0; i--)
        set += atomic_load(&object->fields[i]) != 0;
    assert(set > 0);
    return unused;
}

int main(void)
{
    start_many(2, use);
    join_all();
    return 0;
}
