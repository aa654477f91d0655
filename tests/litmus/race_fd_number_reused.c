/* P11: a reused descriptor number starts afresh. */
// expect-location: g_x
// expect-frame: first
// expect-frame: second
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

int g_x;
static int numbers[2];

static void first(void)
{
    int ends[2];
    must(pipe(ends) == 0);
    g_x = 1;
    must(write(ends[1], "x", 1) == 1);
    must(close(ends[0]) == 0 && close(ends[1]) == 0);
    numbers[0] = ends[0];
    numbers[1] = ends[1];
    reach(1);
}

static void second(void)
{
    int ends[2];
    char c;
    await(1);
    must(pipe(ends) == 0);
    must(ends[0] == invisible_peek(&numbers[0]) && ends[1] == invisible_peek(&numbers[1]));
    must(write(ends[1], "y", 1) == 1);
    must(read(ends[0], &c, 1) == 1);
    use(g_x);
}

int main(void)
{
    litmus_run2(first, second);
    return 0;
}
