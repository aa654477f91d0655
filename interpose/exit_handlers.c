/*
 * exit_handlers: atexit and its kin (P7: registration happens before the run, whoever calls exit).
 *
 * atexit and at_quick_exit are small static functions in every program, which call the __cxa_
 * functions here; C++ static destructors and thread_local ones come the same way. Each
 * registration gets a node, whose address carries the clock and whose wrapper acquires it. Nodes
 * live as long as the process, as most registrations do.
 */
#include "interpose/process.h"

#include "base/check.h"
#include "base/sys.h"
#include "interpose/lock.h"

struct handler {
    void (*run)(void *);
    void (*run_on_exit)(int, void *);
    void *argument;
    struct handler *below; /* at_quick_exit: registered before it */
};

enum { CHUNK_HANDLERS = 2048 };

static struct rt_lock lock;
static struct handler *chunk;
static uint32_t chunk_used;
static _Atomic bool any; /* also where we were passive */

bool exit_handlers_any(void)
{
    return atomic_load_explicit(&any, memory_order_relaxed);
}

void exit_handlers_fork_child(void)
{
    rt_lock_give(&lock);
}

/* NULL: passive, or within the runtime. */
static struct handler *handler_new(void (*run)(void *), void (*run_on_exit)(int, void *),
                                   void *argument)
{
    struct hb_task *task = rt_enter();
    if (!task)
        return NULL;
    rt_lock_take(&lock);
    if (!chunk || chunk_used == CHUNK_HANDLERS) {
        chunk = sys_reserve(sizeof *chunk * CHUNK_HANDLERS);
        CHECK_MSG(chunk, "out of memory for an exit handler");
        chunk_used = 0;
    }
    struct handler *handler = &chunk[chunk_used++];
    rt_lock_give(&lock);
    *handler = (struct handler){.run = run, .run_on_exit = run_on_exit, .argument = argument};
    hb_release_store(task, (uintptr_t)handler);
    rt_leave();
    return handler;
}

static void handler_acquire(const struct handler *handler)
{
    struct hb_task *task = rt_enter();
    if (task) {
        hb_acquire(task, (uintptr_t)handler);
        rt_leave();
    }
}

static void handler_run(void *argument)
{
    struct handler *handler = argument;
    handler_acquire(handler);
    handler->run(handler->argument);
}

static void handler_run_on_exit(int status, void *argument)
{
    struct handler *handler = argument;
    handler_acquire(handler);
    handler->run_on_exit(status, handler->argument);
}

INTERCEPT(int, __cxa_atexit, (void (*run)(void *), void *argument, void *module))
{
    atomic_store_explicit(&any, true, memory_order_relaxed);
    struct handler *handler = handler_new(run, NULL, argument);
    if (!handler)
        return REAL(__cxa_atexit)(run, argument, module);
    return REAL(__cxa_atexit)(handler_run, handler, module);
}

/* Binaries that were linked against libtsan took it from there, not from libc's static part. The
 * caller's module is not known, so these run when the process ends, as theirs do. */
RT_EXPORT int atexit(void (*run)(void));
int atexit(void (*run)(void))
{
    return __cxa_atexit((void (*)(void *))(void *)run, NULL, NULL);
}

/* libc calls these with no argument, last registered first: so does our stack of them. */
static struct handler *quick_top;

static struct handler *quick_pop(void)
{
    rt_lock_take(&lock);
    struct handler *handler = quick_top;
    if (handler)
        quick_top = handler->below;
    rt_lock_give(&lock);
    return handler;
}

static void quick_run(void *argument)
{
    struct handler *handler = quick_pop();
    if (!handler)
        return;
    handler_acquire(handler);
    handler->run(argument);
}

INTERCEPT(int, __cxa_at_quick_exit, (void (*run)(void *), void *module))
{
    struct handler *handler = handler_new(run, NULL, NULL);
    if (!handler)
        return REAL(__cxa_at_quick_exit)(run, module);
    rt_lock_take(&lock);
    handler->below = quick_top;
    quick_top = handler;
    int result = REAL(__cxa_at_quick_exit)(quick_run, module);
    if (result)
        quick_top = handler->below;
    rt_lock_give(&lock);
    return result;
}

INTERCEPT(int, on_exit, (void (*run)(int, void *), void *argument))
{
    atomic_store_explicit(&any, true, memory_order_relaxed);
    struct handler *handler = handler_new(NULL, run, argument);
    if (!handler)
        return REAL(on_exit)(run, argument);
    return REAL(on_exit)(handler_run_on_exit, handler);
}
