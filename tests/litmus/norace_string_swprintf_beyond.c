/* P12: swprintf writes nothing behind the terminator. */
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
    use(g_text[4]);
}

int main(void)
{
    litmus_run2(writer, reader);
    return 0;
}
