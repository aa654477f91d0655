/* P12: blocks of every function that makes one. */
// expect: heap use-after-free
// expect-count: 8
#define _GNU_SOURCE
#include "../support/litmus.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FREED(make)                                                                                \
    do {                                                                                           \
        char *block = launder(make);                                                               \
        free(launder(block));                                                                      \
        use(((char *)launder(block))[9]);                                                          \
    } while (0)

int main(void)
{
    void *aligned;
    char *printed;
    FREED(calloc(5, 2));
    FREED(memalign(64, 10));
    FREED(aligned_alloc(32, 32));
    FREED(valloc(10));
    must(posix_memalign(&aligned, 4096, 10) == 0);
    FREED(aligned);
    FREED(strdup("123456789"));
    must(asprintf(&printed, "%s", "123456789") == 9);
    FREED(printed);
    FREED(reallocarray(NULL, 5, 2));
    return 0;
}
