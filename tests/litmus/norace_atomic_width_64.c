/* P8: eight-byte atomics: a pointer that publishes a structure. */
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
    __atomic_store_n(&published, m, __ATOMIC_RELEASE);
    reach(1);
}

static void consumer(void)
{
    await(1);
    struct message *m = __atomic_load_n(&published, __ATOMIC_ACQUIRE);
    must(m->body == 42);
    free(m);
}

int main(void)
{
    litmus_run2(producer, consumer);
    return 0;
}
