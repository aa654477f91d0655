/* P8, P12: with relaxed decrements the last one frees what the others may still use. */
// expect: heap use-after-free
// expect-frame: user
#include "../support/litmus.h"
#include <stdatomic.h>
#include <stdlib.h>

struct object {
    atomic_int references;
    int payload;
};

static void user(void)
{
    await(1);
    struct object *object = take_box(struct object);
    use(object->payload);
    if (atomic_fetch_sub_explicit(&object->references, 1, memory_order_relaxed) == 1)
        free(object);
}

int main(void)
{
    struct object *object = (struct object *)calloc(1, sizeof *object);
    must(object);
    atomic_init(&object->references, 2);
    pthread_t a = spawn(user);
    pthread_t b = spawn(user);
    send_box(object);
    reach(1);
    join(a);
    join(b);
    return 0;
}
