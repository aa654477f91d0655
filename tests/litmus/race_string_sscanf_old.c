/* P12: sscanf as it was before C99, where %as allocates, writes what it assigns. */
// expect-location: g_number
// expect-location: g_word
// expect-count: 2
#include "../support/litmus.h"
#include <stdlib.h>

int old_sscanf(const char *s, const char *format, ...) __asm__("sscanf");

int g_number;
char *g_word;

static void writer(void)
{
    must(old_sscanf("abc 12", "%as %d", &g_word, &g_number) == 2);
    reach(1);
}

static void reader(void)
{
    await(1);
    use(g_number);
    use(g_word != NULL);
}

int main(void)
{
    litmus_run2(writer, reader);
    free(g_word);
    return 0;
}
