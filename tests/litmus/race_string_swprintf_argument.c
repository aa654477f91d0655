/* P12: the formatted print of wide characters reads its strings, of both widths. */
// expect-location: g_narrow
// expect-location: g_wide
// expect-count: 2
// tsan: does not know the function
#include "../support/litmus.h"
#include <wchar.h>

char g_narrow[4] = "ab";
wchar_t g_wide[4] = L"cd";

static void writer(void)
{
    g_narrow[1] = 'B';
    g_wide[1] = L'D';
    reach(1);
}

static void reader(void)
{
    wchar_t text[16];
    await(1);
    must(swprintf(text, 16, L"%5d|%s|%.2ls", 1, g_narrow, g_wide) == 11);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
