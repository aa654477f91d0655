/* P11: fwprintf and fwscanf: the write is ordered before the read that sees it. */
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
    must(fwprintf(out, L"%d %ls\n", 7, L"word") == 7);
    must(fclose(out) == 0);
}

static void reader(void)
{
    FILE *in = fdopen(ends[0], "r");
    int number;
    must(fwscanf(in, L"%d", &number) == 1);
    must(number == 7 && g_x == 1);
}

int main(void)
{
    must(pipe(ends) == 0);
    litmus_run2(writer, reader);
    return 0;
}
