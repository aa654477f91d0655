/* P11: single wide characters, without a buffer: the write is ordered before the read. */
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
    must(setvbuf(out, NULL, _IONBF, 0) == 0);
    g_x = 1;
    must(fputwc(L'a', out) == L'a');
}

static void reader(void)
{
    FILE *in = fdopen(ends[0], "r");
    must(fgetwc(in) == L'a');
    must(g_x == 1);
}

int main(void)
{
    must(pipe(ends) == 0);
    litmus_run2(writer, reader);
    return 0;
}
