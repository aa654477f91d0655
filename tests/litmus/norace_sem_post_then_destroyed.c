/* P0: the taker destroys and frees the semaphore; the detector must not touch it after the real
 * post. */
#include "../support/litmus.h"
#include <semaphore.h>
#include <stdlib.h>

struct object {
    sem_t done;
    int value;
};

static void *poster(void *arg)
{
    struct object *object = (struct object *)arg;
    object->value = 1;
    sem_post(&object->done);
    return NULL;
}

int main(void)
{
    for (int i = 0; i < 50; i++) {
        pthread_t t;
        struct object *object = (struct object *)malloc(sizeof *object);
        must(object && sem_init(&object->done, 0, 0) == 0);
        must(pthread_create(&t, NULL, poster, object) == 0);
        must(sem_wait(&object->done) == 0);
        must(object->value == 1);
        must(sem_destroy(&object->done) == 0);
        free(object);
        join(t);
    }
    return 0;
}
