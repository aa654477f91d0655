/* HB: longjmp leaves functions without returning from them; the stack stays right. */
// expect-location: g_x
// expect-frame: writer
// reject-frame: jumper
// expect-count: 1
#include "../support/litmus.h"
#include <setjmp.h>

int g_x;
int g_other;
static jmp_buf back;

static NOINLINE void jumper(int depth)
{
    g_other = depth;
    if (depth < 0)
        return;
    if (depth == 0)
        longjmp(back, 1);
    jumper(depth - 1);
    __asm__ volatile("");
}

static NOINLINE void jump_back(void)
{
    static int jumps;
    if (setjmp(back) == 0 || ++jumps < 100)
        jumper(10);
}

static void writer(void)
{
    jump_back();
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_x);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
