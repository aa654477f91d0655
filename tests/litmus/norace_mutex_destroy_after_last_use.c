/* P0: the last user destroys and frees the object, mutex included, right after another's
 * unlock. The detector must not touch the mutex after the real unlock. */
#include "../support/litmus.h"
#include <stdlib.h>

struct object {
    pthread_mutex_t lock;
    int references;
};

static void *user(void *arg)
{
    struct object *object = (struct object *)arg;
    pthread_mutex_lock(&object->lock);
    int last = --object->references == 0;
    pthread_mutex_unlock(&object->lock);
    if (last) {
        pthread_mutex_destroy(&object->lock);
        free(object);
    }
    return NULL;
}

int main(void)
{
    for (int i = 0; i < 50; i++) {
        struct object *object = (struct object *)malloc(sizeof *object);
        pthread_t a, b;
        must(object && pthread_mutex_init(&object->lock, NULL) == 0);
        object->references = 2;
        must(pthread_create(&a, NULL, user, object) == 0);
        must(pthread_create(&b, NULL, user, object) == 0);
        join(a);
        join(b);
    }
    return 0;
}
