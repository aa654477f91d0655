/* P8: the last one to decrement has acquired what all the others released. */
#include "../support/litmus.h"
#include <stdatomic.h>
#include <stdlib.h>

struct object {
    atomic_int references;
    int payload[3];
};

static void *user(void *arg)
{
    struct object *object = (struct object *)arg;
    static atomic_int next;
    object->payload[atomic_fetch_add_explicit(&next, 1, memory_order_relaxed)] = 1;
    meet(3);
    if (atomic_fetch_sub_explicit(&object->references, 1, memory_order_acq_rel) == 1) {
        must(object->payload[0] + object->payload[1] + object->payload[2] == 3);
        free(object);
    }
    return NULL;
}

int main(void)
{
    pthread_t t[3];
    struct object *object = (struct object *)calloc(1, sizeof *object);
    must(object);
    atomic_init(&object->references, 3);
    for (int i = 0; i < 3; i++)
        must(pthread_create(&t[i], NULL, user, object) == 0);
    for (int i = 0; i < 3; i++)
        join(t[i]);
    return 0;
}
