/* P11: a line of wide characters: the write is ordered before the read that sees it. */
// tsan: streams of wide characters order nothing
#include "../support/litmus.h"
#include <stdio.h>
#include <unistd.h>
#include <wchar.h>

int g_x;
static int ends[2];

static void writer(void)
{
    FILE *out = fdopen(ends[1], "w");
    g_x = 1;
    must(fputws(L"a line\n", out) >= 0);
    must(fflush(out) == 0);
}

static void reader(void)
{
    FILE *in = fdopen(ends[0], "r");
    wchar_t line[16];
    must(fgetws(line, 16, in) == line);
    must(g_x == 1);
}

int main(void)
{
    must(pipe(ends) == 0);
    litmus_run2(writer, reader);
    return 0;
}
