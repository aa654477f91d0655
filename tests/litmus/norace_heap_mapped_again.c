/* P12: memory of a large block that went back to the kernel is mapped again, by whomever. */
#include "../support/litmus.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { SIZE = 100 << 20, STEP = 1 << 20 };

static void touch(char *memory)
{
    for (long i = 0; i < SIZE; i += STEP)
        memory[i] = 1;
    memory[SIZE - 1] = 1;
}

static void allocates(void)
{
    for (int i = 0; i < 4; i++) {
        char *block = launder(malloc(SIZE));
        touch(block);
        free(launder(block));
    }
}

static void maps(void)
{
    for (int i = 0; i < 4; i++) {
        char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        must(memory != MAP_FAILED);
        touch(memory);
        must(munmap(memory, SIZE) == 0);
    }
}

int main(void)
{
    litmus_run3(allocates, maps, allocates);
    return 0;
}
