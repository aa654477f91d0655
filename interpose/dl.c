/*
 * dl: loading at run time (P7: constructors happen before the return of every dlopen).
 *
 * The loader serialises: the constructors of a module have run when a dlopen of it returns, in
 * whatever thread. Their thread releases after its own real dlopen has returned; another thread's
 * dlopen may return in between. So a thread that comes back while others are still in dlopen gives
 * them a moment; whoever ran constructors that matter is only a few instructions from its release.
 *
 * dlopen looks at its return address to know for whom it searches ($ORIGIN, RUNPATH). The real one
 * is therefore called with a return address in the caller's module: that of a `ret` instruction
 * there, which then comes back to us.
 */
#include <dlfcn.h>
#include <link.h>

#include "base/sys.h"
#include "interpose/modules.h"

enum { PATIENCE = 200 };

/* What dlopen orders; how many threads are between their real dlopen's begin and their release. */
static uint64_t loader_key;
static _Atomic uint32_t in_dlopen;

/* ---- calling on behalf of the caller ---- */

struct ret_search {
    uintptr_t pc, found;
};

/* A `ret` in an executable segment of the module that contains `pc`. */
static int ret_find(struct dl_phdr_info *info, size_t size, void *argument)
{
    (void)size;
    struct ret_search *search = argument;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t low = info->dlpi_addr + segment->p_vaddr, high = low + segment->p_memsz;
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X) ||
            !(segment->p_flags & PF_R) || search->pc < low || search->pc >= high)
            continue;
        for (uintptr_t at = search->pc; at < high && !search->found; at++)
            if (*(const unsigned char *)at == 0xc3)
                search->found = at;
        return 1;
    }
    return 0;
}

RT_HIDDEN void *dl_call_from(void *function, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t ret);

/* Calls function(a, b, c) with return address `ret`, the address of a ret instruction. */
__asm__(".text\n"
        ".p2align 4\n"
        ".hidden dl_call_from\n"
        ".globl dl_call_from\n"
        ".type dl_call_from, @function\n"
        "dl_call_from:\n"
        "    .cfi_startproc\n"
        "    pushq %rbp\n"
        "    .cfi_def_cfa_offset 16\n"
        "    .cfi_offset %rbp, -16\n"
        "    movq %rsp, %rbp\n"
        "    .cfi_def_cfa_register %rbp\n"
        "    subq $8, %rsp\n"
        "    movq %rdi, %rax\n"
        "    movq %rsi, %rdi\n"
        "    movq %rdx, %rsi\n"
        "    movq %rcx, %rdx\n"
        "    leaq 1f(%rip), %r11\n"
        "    pushq %r11\n" /* where the borrowed ret comes back to */
        "    pushq %r8\n"  /* what the function sees; rsp is 8 mod 16, as at any entry */
        "    jmp *%rax\n"
        "1:  leave\n"
        "    .cfi_def_cfa %rsp, 8\n"
        "    ret\n"
        "    .cfi_endproc\n"
        ".size dl_call_from, . - dl_call_from\n");

static void *call_as_caller(void *function, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t pc)
{
    struct ret_search search = {.pc = pc};
    dl_iterate_phdr(ret_find, &search);
    if (search.found)
        return dl_call_from(function, a, b, c, search.found);
    return ((void *(*)(uintptr_t, uintptr_t, uintptr_t))function)(a, b, c);
}

/* ---- order ---- */

static void load_begin(void)
{
    if (rt_hb)
        atomic_fetch_add(&in_dlopen, 1);
}

static void load_end(bool loaded)
{
    if (!rt_hb)
        return;
    struct hb_task *task = rt_enter();
    if (task) {
        hb_release(task, (uintptr_t)&loader_key);
        if (loaded)
            modules_update(task);
        rt_leave();
    }
    atomic_fetch_sub(&in_dlopen, 1);
    for (int i = 0; i < PATIENCE && atomic_load(&in_dlopen); i++)
        sys_yield();
    task = rt_enter();
    if (task) {
        hb_acquire(task, (uintptr_t)&loader_key);
        rt_leave();
    }
}

INTERCEPT(void *, dlopen, (const char *path, int mode))
{
    rt_boot();
    load_begin();
    void *handle =
        call_as_caller((void *)REAL(dlopen), (uintptr_t)path, (uintptr_t)mode, 0, RT_CALLER);
    load_end(handle != NULL);
    return handle;
}

INTERCEPT(void *, dlmopen, (Lmid_t space, const char *path, int mode))
{
    rt_boot();
    load_begin();
    void *handle = call_as_caller((void *)REAL(dlmopen), (uintptr_t)space, (uintptr_t)path,
                                  (uintptr_t)mode, RT_CALLER);
    load_end(handle != NULL);
    return handle;
}

/*
 * The loader counts references: whoever used the library and closed it comes before the last close,
 * which runs the destructors. Which close is the last is known only inside the real call, so the
 * destructors' own accesses are not judged: a race with them is missed, none is invented.
 */
INTERCEPT(int, dlclose, (void *handle))
{
    static uint64_t closes;
    struct hb_task *task = rt_enter();
    if (task) {
        hb_release(task, (uintptr_t)&closes);
        hb_acquire(task, (uintptr_t)&closes);
        hb_ignore_begin(&rt_cursor);
        rt_leave();
    }
    int result = REAL(dlclose)(handle);
    if (task)
        hb_ignore_end(&rt_cursor);
    task = rt_enter();
    if (task) {
        modules_update(task);
        rt_leave();
    }
    return result;
}
