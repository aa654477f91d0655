/* Reads of such an object, and a write that a lock orders. */
#include "../support/litmus_annotations.h"

static int g_object;
static pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;
static void *g_tag;

static void works(void)
{
    __tsan_external_read(&g_object, __builtin_return_address(0), g_tag);
    meet(2);
}

static void writes(void)
{
    pthread_mutex_lock(&g_lock);
    __tsan_external_write(&g_object, __builtin_return_address(0), g_tag);
    pthread_mutex_unlock(&g_lock);
}

int main(void)
{
    g_tag = __tsan_external_register_tag("list");
    __tsan_external_assign_tag(&g_object, g_tag);
    litmus_run2(works, works);
    litmus_run2(writes, writes);
    __tsan_external_assign_tag(&g_object, NULL);
    return 0;
}
