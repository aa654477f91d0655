/* The block forms of defer and go: what they run, in which order, and what they see. For blocks.sh. */
#include <racerun/go.h>
#include <stdio.h>

static int seen[4], count;

static void captures(void)
{
    int value = 5;
    __block int shared = 1;
    defer_block(^{ seen[count++] = value * 10 + shared; });
    value = 6;
    defer_block(^{ seen[count++] = value * 10 + shared; });
    shared = 2;
}

static void ends(waitgroup *wg)
{
    go_block(^{
        defer_block(^{ waitgroup_done(wg); });
        go_exit();
    });
}

int main(void)
{
    captures();
    chan(int) c = chan_make(int);
    for (int i = 0; i < 3; i++)
        go_block(^{ chan_send(c, i * 10); });
    int sum = 0;
    for (int i = 0; i < 3; i++)
        sum += chan_get(c);
    chan_free(c);
    __block int recovered = 0;
    go_attempt
    {
        defer_block(^{ recovered = go_recover() != NULL; });
        go_panic("stopped by a block");
    }
    go_rescue(p) recovered += p != NULL;
    waitgroup wg = {0};
    waitgroup_add(&wg, 1);
    ends(&wg);
    waitgroup_wait(&wg);
    printf("%d %d, %d, %d\n", seen[0], seen[1], sum, recovered);
    return !(seen[0] == 62 && seen[1] == 52 && sum == 30 && recovered == 2);
}
