/*
 * Which function, file and line a program counter is in: by libdw, which is opened when it is first
 * needed, so that nobody has to have it; else by the dynamic linker's symbols. Only debug
 * information that the files themselves contain is used: a dying program does not go and search for
 * more. One caller at a time (dump.c).
 */
#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dump.h"

#define LIBDW_FUNCTIONS(F)                                                                         \
    F(dwfl_begin)                                                                                  \
    F(dwfl_linux_proc_report)                                                                      \
    F(dwfl_linux_proc_find_elf)                                                                    \
    F(dwfl_report_end) F(dwfl_addrmodule) F(dwfl_module_addrname) F(dwfl_module_addrdie)           \
        F(dwfl_module_nextcu) F(dwarf_haspc) F(dwarf_getsrc_die) F(dwarf_linesrc) F(dwarf_lineno)  \
            F(dwarf_getscopes) F(dwarf_getscopes_die) F(dwarf_tag) F(dwarf_diename)                \
                F(dwarf_attr_integrate) F(dwarf_formudata) F(dwarf_getsrcfiles) F(dwarf_filesrc)   \
                    F(dwarf_entrypc)

static struct {
#define F(name) __typeof__(name) *name;
    LIBDW_FUNCTIONS(F)
#undef F
} dw;

static bool opened;
static _Atomic bool plain_only;
static Dwfl *session;

static int no_debug_file(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
                         const char *file, const char *link, GElf_Word crc, char **ret_name)
{
    (void)module, (void)data, (void)name, (void)base, (void)file, (void)link, (void)crc;
    *ret_name = NULL;
    return -1;
}

static bool libdw_load(void)
{
    void *library = dlopen("libdw.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return false;
#define F(name)                                                                                    \
    if (!(dw.name = (__typeof__(dw.name))dlsym(library, #name)))                                   \
        return false;
    LIBDW_FUNCTIONS(F)
#undef F
    return true;
}

/* NULL: no libdw. Libraries that were opened after the first call are not known to it. */
static Dwfl *session_open(void)
{
    static Dwfl_Callbacks callbacks = {.find_debuginfo = no_debug_file};
    if (plain_only)
        return NULL;
    if (opened)
        return session;
    opened = true;
    if (!libdw_load())
        return NULL;
    callbacks.find_elf = dw.dwfl_linux_proc_find_elf;
    Dwfl *made = dw.dwfl_begin(&callbacks);
    if (made && dw.dwfl_linux_proc_report(made, getpid()) == 0 &&
        dw.dwfl_report_end(made, NULL, NULL) == 0)
        session = made;
    return session;
}

void symbol_plain_only(void)
{
    plain_only = true;
}

struct search {
    uintptr_t pc; /* inside the call */
    void (*visit)(const struct place *place, void *context);
    void *context;
    struct place at; /* the file and line of the next level */
};

static void call_place(struct search *search, Dwarf_Die *unit, Dwarf_Die *inlined)
{
    Dwarf_Attribute attribute;
    Dwarf_Word line = 0, file = 0;
    Dwarf_Files *files;
    size_t count;
    search->at.file = NULL;
    if (dw.dwarf_formudata(dw.dwarf_attr_integrate(inlined, DW_AT_call_line, &attribute), &line) ==
        0)
        search->at.line = (int)line;
    if (dw.dwarf_formudata(dw.dwarf_attr_integrate(inlined, DW_AT_call_file, &attribute), &file) ==
            0 &&
        dw.dwarf_getsrcfiles(unit, &files, &count) == 0 && file < count)
        search->at.file = dw.dwarf_filesrc(files, file, NULL, NULL);
}

/* The functions inlined at pc, and the one that they are inlined into; false: no debug information.
 */
static bool levels_visit(struct search *search, Dwarf_Die *unit, Dwarf_Addr bias)
{
    Dwarf_Die *scopes = NULL, *parents = NULL;
    bool found = false;
    int count = unit ? dw.dwarf_getscopes(unit, search->pc - bias, &scopes) : 0;
    count = count > 0 ? dw.dwarf_getscopes_die(&scopes[0], &parents) : 0;
    for (int i = 0; i < count && !found; i++) {
        int tag = dw.dwarf_tag(&parents[i]);
        if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
            continue;
        search->at.function = dw.dwarf_diename(&parents[i]);
        search->at.inlined = tag == DW_TAG_inlined_subroutine;
        Dwarf_Addr entry;
        search->at.offset = 0;
        if (!search->at.inlined && dw.dwarf_entrypc(&parents[i], &entry) == 0)
            search->at.offset = search->pc - (entry + bias);
        found = !search->at.inlined && search->at.function;
        if (found || search->at.inlined)
            search->visit(&search->at, search->context);
        if (search->at.inlined)
            call_place(search, unit, &parents[i]);
    }
    free(scopes);
    free(parents);
    return found;
}

/* The unit of pc. clang writes no table of that: all are asked then. */
static Dwarf_Die *unit_find(Dwfl_Module *module, uintptr_t pc, Dwarf_Addr *ret_bias)
{
    Dwarf_Die *unit = dw.dwfl_module_addrdie(module, pc, ret_bias);
    if (unit)
        return unit;
    do
        unit = dw.dwfl_module_nextcu(module, unit, ret_bias);
    while (unit && dw.dwarf_haspc(unit, pc - *ret_bias) != 1);
    return unit;
}

static bool visit_by_libdw(struct search *search)
{
    Dwfl *dwfl = session_open();
    Dwfl_Module *module = dwfl ? dw.dwfl_addrmodule(dwfl, search->pc) : NULL;
    if (!module)
        return false;
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = unit_find(module, search->pc, &bias);
    Dwarf_Line *line = unit ? dw.dwarf_getsrc_die(unit, search->pc - bias) : NULL;
    if (line) {
        search->at.file = dw.dwarf_linesrc(line, NULL, NULL);
        dw.dwarf_lineno(line, &search->at.line);
    }
    if (levels_visit(search, unit, bias))
        return true;
    search->at.function = dw.dwfl_module_addrname(module, search->pc);
    search->at.inlined = false;
    return false;
}

void symbol_visit(uintptr_t pc, bool after, void (*visit)(const struct place *place, void *context),
                  void *context)
{
    struct search search = {.pc = pc - after, .visit = visit, .context = context};
    if (visit_by_libdw(&search))
        return;
    Dl_info info;
    if (dladdr((void *)search.pc, &info)) {
        search.at.module = info.dli_fname;
        search.at.offset = search.pc - (uintptr_t)info.dli_fbase;
        if (!search.at.function)
            search.at.function = info.dli_sname;
        if (info.dli_sname)
            search.at.offset = search.pc - (uintptr_t)info.dli_saddr;
    }
    visit(&search.at, context);
}
