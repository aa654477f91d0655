/* A hand-made reader-writer lock: readers before a writer, a writer before readers; a reader that
 * has it twice. A writer that meets readers lets go of the lock: one of them may come for it a
 * second time. */
#include "../support/litmus_annotations.h"

int g_x;
static struct invisible g_readers;
static struct hand_lock g_writer;

LITMUS_INLINE void readers_add(int n)
{
    __asm__ volatile("lock xaddl %0, (%1)" : "+r"(n) : "r"(&g_readers) : "memory");
}

static void read_lock(void)
{
    __tsan_mutex_pre_lock(&g_writer, READ_LOCK);
    while (!hand_try(&g_writer))
        invisible_yield();
    readers_add(1);
    hand_release(&g_writer);
    __tsan_mutex_post_lock(&g_writer, READ_LOCK, 0);
}

static void read_unlock(void)
{
    __tsan_mutex_pre_unlock(&g_writer, READ_LOCK);
    readers_add(-1);
    __tsan_mutex_post_unlock(&g_writer, READ_LOCK);
}

static void reader(void)
{
    for (int i = 0; i < 20; i++) {
        read_lock();
        read_lock();
        use(g_x);
        read_unlock();
        use(g_x);
        read_unlock();
    }
}

static int write_try(void)
{
    if (!hand_try(&g_writer))
        return 0;
    if (!invisible_peek(&g_readers))
        return 1;
    hand_release(&g_writer);
    return 0;
}

static void writer(void)
{
    for (int i = 0; i < 20; i++) {
        __tsan_mutex_pre_lock(&g_writer, 0);
        while (!write_try())
            invisible_yield();
        __tsan_mutex_post_lock(&g_writer, 0, 0);
        g_x++;
        hand_unlock(&g_writer);
    }
}

int main(void)
{
    __tsan_mutex_create(&g_writer, READ_REENTRANT | NOT_STATIC);
    litmus_run3(reader, writer, reader);
    __tsan_mutex_destroy(&g_writer, 0);
    return 0;
}
