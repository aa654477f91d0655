/* One side of a flag is assembly with an annotation, the other an atomic: in both directions. */
#include "../support/litmus.h"

void __tsan_acquire(void *key);
void __tsan_release(void *key);

int g_x, g_y;
static int g_request, g_answer;

static void client(void)
{
    int one = 1;
    g_x = 1;
    __tsan_release(&g_request);
    __asm__ volatile("xchgl %0, %1" : "+r"(one), "+m"(g_request) : : "memory");
    while (!invisible_peek(&g_answer))
        invisible_yield();
    __tsan_acquire(&g_answer);
    use(g_y);
}

static void server(void)
{
    while (!__atomic_load_n(&g_request, __ATOMIC_ACQUIRE))
        invisible_yield();
    use(g_x);
    g_y = 1;
    __atomic_store_n(&g_answer, 1, __ATOMIC_RELEASE);
}

int main(void)
{
    litmus_run2(client, server);
    return 0;
}
