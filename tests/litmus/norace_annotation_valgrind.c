/* Client requests of Helgrind and DRD are harmless. */
#include "../support/litmus.h"

#include <stdint.h>

/* A client request of valgrind, as its headers make it: four rotations that amount to nothing, and
 * an exchange of a register with itself. The answer is `otherwise`, unless valgrind is there. */
static uintptr_t client_request(uintptr_t otherwise, uintptr_t request, const volatile void *a)
{
    volatile uintptr_t arguments[6] = {request, (uintptr_t)a, sizeof(int)};
    uintptr_t result = otherwise;
    __asm__ volatile("rolq $3, %%rdi\n\trolq $13, %%rdi\n\t"
                     "rolq $61, %%rdi\n\trolq $51, %%rdi\n\t"
                     "xchgq %%rbx, %%rbx"
                     : "+d"(result)
                     : "a"(&arguments[0])
                     : "cc", "memory");
    return result;
}

enum { HELGRIND = 'H' << 24 | 'G' << 16, DRD = 'D' << 24 | 'R' << 16 };

/* Of Helgrind: create, destroy, lock, unlock, happens-before, happens-after, clean memory. */
static void tell_all(const volatile void *object)
{
    must(client_request(0, 0x1001 /* is valgrind there? */, NULL) == 0);
    for (uintptr_t i = 0; i < 0x130; i++) {
        must(client_request(7, HELGRIND + i, object) == 7);
        must(client_request(7, DRD + i, object) == 7);
    }
}

int g_x;

static void one(void)
{
    tell_all(&g_x);
    use(g_x);
    tell_all(&g_x);
    reach(1);
}

static void two(void)
{
    await(1);
    tell_all(&g_x);
    use(g_x);
}

int main(void)
{
    litmus_run2(one, two);
    return 0;
}
