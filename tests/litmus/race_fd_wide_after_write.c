/* P11: what follows the write of a wide line is not ordered with its read. */
// expect-location: g_x
// expect-count: 1
#include "../support/litmus.h"
#include <stdio.h>
#include <unistd.h>
#include <wchar.h>

int g_x;
static int ends[2];

static void writer(void)
{
    FILE *out = fdopen(ends[1], "w");
    must(fputws(L"a line\n", out) >= 0);
    must(fflush(out) == 0);
    g_x = 1;
    reach(1);
}

static void reader(void)
{
    FILE *in = fdopen(ends[0], "r");
    wchar_t line[16];
    must(fgetws(line, 16, in) == line);
    await(1);
    use(g_x);
}

int main(void)
{
    must(pipe(ends) == 0);
    litmus_run2(writer, reader);
    return 0;
}
