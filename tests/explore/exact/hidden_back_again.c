/* traces: 2
 * What a round changes without being seen, it changes back: it does wait. */
#include "hidden.h"

static volatile int depth;

HIDDEN static bool had_enough(void)
{
    depth = depth + 1;
    bool deep = depth > 1;
    depth = depth - 1;
    return deep;
}

int main(void)
{
    wait_and_set();
}
