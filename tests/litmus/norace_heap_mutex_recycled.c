/* P16: a mutex dies with its heap block, undestroyed; a new one in the same memory is another. */
#include "../support/litmus.h"
#include <stdlib.h>

struct object {
    pthread_mutex_t lock;
    int value;
};

static void churn(void)
{
    for (int i = 0; i < 100; i++) {
        struct object *object = (struct object *)malloc(sizeof *object);
        must(object && pthread_mutex_init(&object->lock, NULL) == 0);
        pthread_mutex_lock(&object->lock);
        object->value = i;
        pthread_mutex_unlock(&object->lock);
        free(object);
    }
}

static void first(void)
{
    churn();
    reach(1);
}

static void second(void)
{
    await(1);
    churn();
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
