/* P16: a mutex dies with its memory, also when it is held. */
#include "../support/litmus.h"
#include <stdlib.h>
#include <sys/mman.h>

static void worker(void)
{
    pthread_mutex_t *on_heap = calloc(1, sizeof *on_heap);
    must(pthread_mutex_lock(on_heap) == 0);
    free(on_heap);
    size_t size = 4096;
    void *mapped = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    must(mapped != MAP_FAILED);
    must(pthread_mutex_lock(mapped) == 0);
    must(munmap(mapped, size) == 0);
}

int main(void)
{
    join(spawn(worker));
    return 0;
}
