/* P8: a pointer published relaxed: what it points to races, the pointer does not. */
// expect-frame: producer
// expect-frame: consumer
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

struct message {
    int body;
};
static struct message *published;

static void producer(void)
{
    struct message *m = (struct message *)malloc(sizeof *m);
    must(m);
    m->body = 42;
    __atomic_store_n(&published, m, __ATOMIC_RELAXED);
    reach(1);
}

static void consumer(void)
{
    await(1);
    struct message *m = __atomic_load_n(&published, __ATOMIC_ACQUIRE);
    use(m->body);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
