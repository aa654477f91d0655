/*
 * unwind: the calls that led to where a task stood, from its registers and a part of its stack,
 * copied while it stood there (proto/explore.h), by the unwind tables of the files that were
 * mapped. Needs no debug information, and nothing of the process, which may be gone. What lies
 * beyond the part that was copied is not told.
 */
#include <string.h>

#include "report/inside.h"

struct unwinding {
    const struct report *report;
    uint32_t pid;
    const struct report_standing *standing;
    uint64_t *pcs;
    size_t count, max;
};

/* ---- what libdwfl asks ---- */

static int find_none_elf(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
                         char **ret_path, Elf **ret_elf)
{
    (void)module, (void)data, (void)name, (void)base, (void)ret_path, (void)ret_elf;
    return -1; /* each was given with its file */
}

static int find_none_debug(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
                           const char *path, const char *link, GElf_Word crc, char **ret_path)
{
    (void)module, (void)data, (void)name, (void)base, (void)path, (void)link, (void)crc;
    (void)ret_path;
    return -1;
}

static pid_t thread_only(Dwfl *dwfl, void *argument, void **ret_argument)
{
    struct unwinding *unwinding = argument;
    (void)dwfl;
    if (*ret_argument)
        return 0;
    *ret_argument = unwinding;
    return (pid_t)unwinding->pid;
}

static bool word_read(Dwfl *dwfl, Dwarf_Addr addr, Dwarf_Word *ret_word, void *argument)
{
    const struct report_standing *standing = ((struct unwinding *)argument)->standing;
    (void)dwfl;
    if (addr < standing->low || standing->size < sizeof *ret_word ||
        addr - standing->low > standing->size - sizeof *ret_word)
        return false;
    memcpy(ret_word, standing->stack + (addr - standing->low), sizeof *ret_word);
    return true;
}

static bool registers_set(Dwfl_Thread *thread, void *argument)
{
    const struct unwinding *unwinding = argument;
    return dwfl_thread_state_registers(thread, 0, REPORT_REGISTERS, unwinding->standing->registers);
}

/* ---- frames ---- */

/* Our own functions lie between the program's where it called us, or we it. */
static bool is_ours(const struct module *module)
{
    return module && strcmp(module->image->name, "libracerun.so") == 0;
}

static int frame_take(Dwfl_Frame *frame, void *argument)
{
    struct unwinding *unwinding = argument;
    Dwarf_Addr pc;
    bool interrupted;
    if (unwinding->count == unwinding->max || !dwfl_frame_pc(frame, &pc, &interrupted))
        return DWARF_CB_ABORT;
    uint64_t returns_to = interrupted ? pc + 1 : pc; /* as all stacks have it */
    if (!is_ours(space_module(&unwinding->report->space, unwinding->pid, returns_to - 1)))
        unwinding->pcs[unwinding->count++] = returns_to;
    return DWARF_CB_OK;
}

static void modules_report(Dwfl *dwfl, const struct process *process)
{
    dwfl_report_begin(dwfl);
    for (size_t i = process->module_count; i > 0; i--) {
        const struct module *module = &process->modules[i - 1];
        enum image_state state = image_load(module->image);
        if (state != IMAGE_MISSING && state != IMAGE_REPLACED)
            dwfl_report_elf(dwfl, module->image->name, module->image->path, -1, module->bias,
                            false);
    }
    dwfl_report_end(dwfl, NULL, NULL);
}

size_t report_unwind(struct report *report, uint32_t pid, const struct report_standing *standing,
                     uint64_t *ret_pcs, size_t max)
{
    static const Dwfl_Callbacks callbacks = {.find_elf = find_none_elf,
                                             .find_debuginfo = find_none_debug,
                                             .section_address = dwfl_offline_section_address};
    static const Dwfl_Thread_Callbacks threads = {.next_thread = thread_only,
                                                  .memory_read = word_read,
                                                  .set_initial_registers = registers_set};
    struct unwinding unwinding = {report, pid, standing, ret_pcs, 0, max};
    const struct process *process = space_process(&report->space, pid);
    Dwfl *dwfl = process ? dwfl_begin(&callbacks) : NULL;
    if (!dwfl)
        return 0;
    modules_report(dwfl, process);
    if (dwfl_attach_state(dwfl, NULL, (pid_t)pid, &threads, &unwinding))
        dwfl_getthread_frames(dwfl, (pid_t)pid, frame_take, &unwinding);
    dwfl_end(dwfl);
    return unwinding.count;
}
