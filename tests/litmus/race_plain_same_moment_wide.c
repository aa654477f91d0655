/* HB: 4096 pairs of first accesses at about the same moment: not one word may lose its race,
 * also not the last one, whose writers have a name of their own. */
// expect-location: g_words
// expect-frame: left_last
// expect-frame: right_last
// tsan: cell check and store are two steps; it may miss
#include "../support/litmus.h"

enum { WORDS = 4096 };
long g_words[WORDS];

static NOINLINE void left_last(void)
{
    g_words[WORDS - 1] = 1;
}

static NOINLINE void right_last(void)
{
    g_words[WORDS - 1] = 2;
}

static void left(void)
{
    meet(2);
    for (int i = 0; i < WORDS - 1; i++)
        g_words[i] = 1;
    left_last();
}

static void right(void)
{
    meet(2);
    for (int i = 0; i < WORDS - 1; i++)
        g_words[i] = 2;
    right_last();
}

int main(void)
{
    litmus_run2(left, right);
    return 0;
}
