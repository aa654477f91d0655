/* P12: conversions that fail write nothing, and a word is written up to its terminator. */
#include "../support/litmus.h"
#include <wchar.h>

int g_number;
wchar_t g_word[8];

static void writer(void)
{
    must(swscanf(L"abc def", L"%ls %d", g_word, &g_number) == 1);
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_number);
    use(g_word[4]);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
