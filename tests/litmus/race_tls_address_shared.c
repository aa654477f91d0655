/* P16: a thread-local variable whose address escaped is memory like any other. */
// expect-frame: owner
// expect-frame: guest
// expect-count: 1
#include "../support/litmus.h"

__thread int own_counter;

static void owner(void)
{
    own_counter = 1;
    send_box(&own_counter);
    reach(1);
    await(2);
}

static void guest(void)
{
    await(1);
    use(*take_box(int));
    reach(2);
}

int main(void)
{
    litmus_run2(owner, guest);
    return 0;
}
