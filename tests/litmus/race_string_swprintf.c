/* P12: swprintf writes its buffer up to the terminator. */
// expect-location: g_text
// expect-count: 1
// tsan: does not know the function
#include "../support/litmus.h"
#include <wchar.h>

wchar_t g_text[8];

static void writer(void)
{
    must(swprintf(g_text, 8, L"%d", 123) == 3);
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_text[3]);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
