/* P12: the formatted read of wide characters writes what it assigns. */
// expect-location: g_number
// expect-location: g_word
// expect-count: 2
// tsan: does not know the function
#include "../support/litmus.h"
#include <wchar.h>

int g_number;
wchar_t g_word[8];

static void writer(void)
{
    must(swscanf(L"12 abc", L"%d %l[]a-c]", &g_number, g_word) == 2);
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_number);
    use(g_word[3]);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
