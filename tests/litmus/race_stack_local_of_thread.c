/* P16: a thread's local whose address escaped, used by another thread. */
// expect-frame: owner
// expect-frame: guest
// expect-count: 1
#include "../support/litmus.h"

static void owner(void)
{
    int local[4] = {0};
    int *p = (int *)launder(local);
    p[2] = 1;
    send_box(p);
    reach(1);
    await(2);
}

static void guest(void)
{
    await(1);
    use(take_box(int)[2]);
    reach(2);
}

int main(void)
{
    litmus_run2(owner, guest);
    return 0;
}
