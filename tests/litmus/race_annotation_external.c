/* Accesses of objects that a library tells of: its caller is the place. */
// expect-frame: writes
// expect-frame: reads
#include "../support/litmus_annotations.h"

static int g_object;

NOINLINE void library_write(void *tag)
{
    __tsan_external_write(&g_object, __builtin_return_address(0), tag);
    use(1);
}

NOINLINE void library_read(void *tag)
{
    __tsan_external_read(&g_object, __builtin_return_address(0), tag);
    use(1);
}

static void *g_tag;

static void writes(void)
{
    library_write(g_tag);
    reach(1);
}

static void reads(void)
{
    await(1);
    library_read(g_tag);
    use(1);
}

int main(void)
{
    g_tag = __tsan_external_register_tag("list");
    __tsan_external_register_header(g_tag, "race on a list");
    __tsan_external_assign_tag(&g_object, g_tag);
    litmus_run2(writes, reads);
    return 0;
}
