/* P12: many readers of one constant text. */
// flags: -fno-builtin
#include "../support/litmus.h"
#include <stdlib.h>
#include <string.h>

const char g_constant[] = "a text that nobody writes";

static void worker(void)
{
    char copy[64];
    meet(3);
    strcpy(copy, g_constant);
    must(strcmp(copy, g_constant) == 0);
    must(strlen(g_constant) == strlen(copy));
    char *twin = strdup(g_constant);
    must(memcmp(twin, copy, strlen(copy)) == 0);
    free(twin);
}

int main(void)
{
    litmus_run3(worker, worker, worker);
    return 0;
}
