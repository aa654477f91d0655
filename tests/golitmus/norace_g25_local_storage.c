/* G25: what a goroutine keeps in its own storage is its own, until its destructor has run; who
 * waits for it sees what that did. */
#include "golitmus.h"

#include <stdlib.h>

static const char key;
int g_ended[2];

struct notes {
    int which, count;
};

static void notes_end(void *raw)
{
    struct notes *notes = raw;
    must(notes->count == 20);
    g_ended[notes->which] = 1;
    free(notes);
}

static void worker(int which)
{
    struct notes *mine = calloc(1, sizeof *mine);
    mine->which = which;
    go_local_set(&key, mine, notes_end);
    for (int i = 0; i < 20; i++) {
        ((struct notes *)go_local_get(&key))->count++;
        go_yield();
    }
}

int main(void)
{
    waitgroup group = {0};
    waitgroup_go(&group, worker, 0);
    waitgroup_go(&group, worker, 1);
    waitgroup_wait(&group);
    must(g_ended[0] && g_ended[1]);
    return 0;
}
