/* P15: two threads of a program with idle pool threads, one that sleeps again and again and one
 * that waits for a time wait for each other for ever; the program ends as it likes. */
// expect: deadlock
// expect-location: g_a
// expect-location: g_b
// expect-frame: first
// expect-frame: second
// reject-frame: idle
// expect-count: 1
#include "../support/litmus.h"
#include <unistd.h>

pthread_mutex_t g_a = PTHREAD_MUTEX_INITIALIZER, g_b = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t pool = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t work = PTHREAD_COND_INITIALIZER;
static struct invisible first_id, second_id, idle_ids[2];
static int tasks;

static void idle(struct invisible *id)
{
    pthread_mutex_lock(&pool);
    invisible_reach(id, invisible_gettid());
    while (!tasks)
        pthread_cond_wait(&work, &pool);
    pthread_mutex_unlock(&pool);
}

static void idle_one(void)
{
    idle(&idle_ids[0]);
}

static void idle_other(void)
{
    idle(&idle_ids[1]);
}

static void ticks(void)
{
    for (;;)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
}

static void waits_long(void)
{
    struct timespec late = deadline(CLOCK_REALTIME, 100000);
    pthread_mutex_lock(&pool);
    while (!tasks)
        pthread_cond_timedwait(&work, &pool, &late);
    pthread_mutex_unlock(&pool);
}

static void first(void)
{
    pthread_mutex_lock(&g_a);
    meet(3);
    invisible_reach(&first_id, invisible_gettid());
    pthread_mutex_lock(&g_b);
}

static void second(void)
{
    pthread_mutex_lock(&g_b);
    meet(3);
    invisible_reach(&second_id, invisible_gettid());
    pthread_mutex_lock(&g_a);
}

int main(void)
{
    spawn_detached(idle_one);
    spawn_detached(idle_other);
    spawn_detached(ticks);
    spawn_detached(waits_long);
    for (int i = 0; i < 2; i++) {
        invisible_await(&idle_ids[i], 1);
        invisible_await_asleep(invisible_peek(&idle_ids[i]));
    }
    spawn_detached(first);
    spawn_detached(second);
    meet(3);
    invisible_await(&first_id, 1);
    invisible_await_asleep(invisible_peek(&first_id));
    invisible_await(&second_id, 1);
    invisible_await_asleep(invisible_peek(&second_id));
    _exit(0);
}
