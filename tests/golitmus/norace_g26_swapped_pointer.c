/* G26: a pointer that is published and taken by swap. */
#include "golitmus.h"

struct message {
    int text[4];
};

struct message g_message, *g_box;

static void sender(void)
{
    g_message.text[3] = 7;
    rgo_atomic_swap(&g_box, &g_message);
}

static void receiver(void)
{
    struct message *mine;
    while (!(mine = rgo_atomic_swap(&g_box, NULL)))
        go_yield();
    must(mine->text[3] == 7);
}

int main(void)
{
    run2(sender, receiver);
    return 0;
}
