/* G20: mutexes in memory that is freed and handed out again. */
#include "golitmus.h"

#include <stdlib.h>
struct box {
    mutex lock;
    int value;
};

static void user(struct box *box, waitgroup *group)
{
    mutex_lock(&box->lock);
    box->value++;
    mutex_unlock(&box->lock);
    waitgroup_done(group);
}

int main(void)
{
    for (int i = 0; i < 10; i++) {
        waitgroup group = {0};
        struct box *box = calloc(1, sizeof *box);
        waitgroup_add(&group, 2);
        go(user, box, &group);
        go(user, box, &group);
        waitgroup_wait(&group);
        must(box->value == 2);
        free(box);
    }
    return 0;
}
