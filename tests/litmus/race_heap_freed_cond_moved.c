/* P12: realloc has moved a structure; its condition variable is signalled where it was. */
// expect: heap use-after-free
// expect-frame: signals
// expect-count: 1
#include "../support/litmus.h"
#include <stdlib.h>

struct queue {
    pthread_cond_t cond;
    int items[100];
};

static NOINLINE void signals(pthread_cond_t *cond)
{
    pthread_cond_signal(cond);
}

int main(void)
{
    struct queue *queue = malloc(sizeof *queue);
    must(queue && pthread_cond_init(&queue->cond, NULL) == 0);
    pthread_cond_t *cond = launder(&queue->cond);
    struct queue *moved = realloc(launder(queue), 1000 * sizeof *queue);
    must(moved != NULL && (void *)&moved->cond != (void *)cond);
    signals(launder(cond));
    free(moved);
    return 0;
}
