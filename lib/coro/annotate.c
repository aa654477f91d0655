/*
 * The sanitizers are found by their weak symbols. AddressSanitizer wants to hear of a switch before
 * and after it, and of the stack that is left for good (its fake frames are freed). ThreadSanitizer
 * knows each goroutine as a fiber and is told of the order that go() and ready() make. Its switch
 * makes an order between the two, too: of goroutines that took turns on one thread it finds no
 * races. Valgrind is told where stacks are, or it would take a switch for a very large frame; which
 * one is in use it sees itself.
 */
#include "annotate.h"

#include <pthread.h>

bool annotate_active;

static struct stack main_stack;

__attribute__((weak)) void __sanitizer_start_switch_fiber(void **ret_fake, const void *bottom,
                                                          size_t size);
__attribute__((weak)) void __sanitizer_finish_switch_fiber(void *fake, const void **ret_bottom,
                                                           size_t *ret_size);

__attribute__((weak)) void __asan_unpoison_memory_region(const volatile void *low, size_t size);
__attribute__((weak)) void *__tsan_get_current_fiber(void);
__attribute__((weak)) void *__tsan_create_fiber(unsigned flags);
__attribute__((weak)) void __tsan_destroy_fiber(void *fiber);
__attribute__((weak)) void __tsan_switch_to_fiber(void *fiber, unsigned flags);
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

static bool asan, tsan;

static struct stack thread_stack(void)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) == 0) {
        pthread_attr_getstack(&attributes, &low, &size);
        pthread_attr_destroy(&attributes);
    }
    return (struct stack){.low = low, .size = size};
}

void annotate_start(struct goroutine *main, struct goroutine *idle)
{
    asan = __sanitizer_start_switch_fiber && __sanitizer_finish_switch_fiber;
    /* A detector that has hooks is told all by them; it may export the fiber functions, too. */
    tsan = !runtime_hooks && __tsan_create_fiber && __tsan_switch_to_fiber &&
           __tsan_destroy_fiber && __tsan_get_current_fiber && __tsan_acquire && __tsan_release;
    annotate_active = asan || tsan;
    if (asan)
        main_stack = thread_stack();
    if (tsan) {
        main->fiber = __tsan_get_current_fiber();
        idle->fiber = __tsan_create_fiber(0);
    }
}

void annotate_thread(struct goroutine *idle)
{
    if (asan)
        idle->stack = thread_stack();
    if (tsan)
        idle->fiber = __tsan_get_current_fiber();
}

/* Valgrind's client request, which its headers make of the same instructions. They do nothing. */
static uintptr_t valgrind_request(uintptr_t request, uintptr_t first, uintptr_t second)
{
    const volatile uintptr_t arguments[6] = {request, first, second};
    uintptr_t result = 0;
    __asm__ volatile("rolq $3, %%rdi\n\trolq $13, %%rdi\n\trolq $61, %%rdi\n\trolq $51, %%rdi\n\t"
                     "xchgq %%rbx, %%rbx"
                     : "=d"(result)
                     : "a"(arguments), "0"(result)
                     : "cc", "memory");
    return result;
}

#define VALGRIND_STACK_REGISTER 0x1501
#define VALGRIND_STACK_DEREGISTER 0x1502

void annotate_stack(struct stack *stack)
{
    uintptr_t low = (uintptr_t)stack->low;
    stack->known = (uint32_t)valgrind_request(VALGRIND_STACK_REGISTER, low, low + stack->size - 1);
}

void annotate_stack_gone(const struct stack *stack)
{
    valgrind_request(VALGRIND_STACK_DEREGISTER, stack->known, 0);
}

void annotate_made(struct goroutine *g)
{
    if (tsan)
        g->fiber = __tsan_create_fiber(0);
}

void annotate_ended(struct goroutine *g)
{
    if (tsan && g->fiber && g->id != 1)
        __tsan_destroy_fiber(g->fiber);
    if (asan && g->stack.low && __asan_unpoison_memory_region)
        __asan_unpoison_memory_region(g->stack.low, g->stack.size);
}

void annotate_release(struct goroutine *g)
{
    if (tsan)
        __tsan_release(g);
}

void annotate_acquire(struct goroutine *g)
{
    if (tsan)
        __tsan_acquire(g);
}

NO_FAKE_STACK void annotate_before(void **ret_fake, struct goroutine *to, bool for_good)
{
    struct stack stack = to->stack.low ? to->stack : main_stack;
    if (asan)
        __sanitizer_start_switch_fiber(for_good ? NULL : ret_fake, stack.low, stack.size);
    if (tsan)
        __tsan_switch_to_fiber(to->fiber, 0);
}

void annotate_after(void *fake, struct goroutine *self)
{
    if (asan)
        __sanitizer_finish_switch_fiber(fake, NULL, NULL);
    annotate_acquire(self);
}

/* From coro_boot_annotated: the first thing on a fresh stack. */
void annotate_entered(void);
void annotate_entered(void)
{
    if (asan)
        __sanitizer_finish_switch_fiber(NULL, NULL, NULL);
}
