/*
 * places: what the tool asks about addresses of the observed program, for its own words.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "report/inside.h"
#include "report/symbol.h"

bool report_symbolize(struct report *report, uint32_t pid, uint64_t pc, char *ret_line, size_t size)
{
    const struct module *module = space_module(&report->space, pid, pc);
    if (!module)
        return false;
    size_t count;
    const struct symbol_level *level = symbol_lookup(module->image, pc - module->bias, &count);
    const char *function = level->function ? level->function : "?";
    if (level->file)
        snprintf(ret_line, size, "%s %s:%u:%u", function,
                 format_path(&report->context, level->file), level->line, level->column);
    else
        snprintf(ret_line, size, "%s (%s+0x%llx)", function, module->image->name,
                 (unsigned long long)(pc - module->bias));
    return true;
}

bool report_source(struct report *report, uint32_t pid, uint64_t pc, const char **ret_function,
                   const char **ret_file, uint32_t *ret_line)
{
    const struct module *module = space_module(&report->space, pid, pc);
    size_t count;
    *ret_function = *ret_file = NULL;
    *ret_line = 0;
    if (!module)
        return false;
    const struct symbol_level *level = symbol_lookup(module->image, pc - module->bias, &count);
    while (count > 1 && level->file && strstr(level->file, "/include/racerun/"))
        level++, count--; /* an inline function of ours: who called it is meant */
    *ret_function = level->function;
    *ret_file = level->file;
    *ret_line = level->line;
    return level->function || level->file;
}

void report_place(struct report *report, uint32_t pid, uint64_t pc, char *ret_function,
                  char *ret_place, size_t size)
{
    const char *function, *file;
    uint32_t line;
    *ret_function = *ret_place = 0;
    report_source(report, pid, pc, &function, &file, &line);
    snprintf(ret_function, size, "%s", function ? function : "");
    if (!file)
        return;
    const char *slash = strrchr(file, '/');
    snprintf(ret_place, size, "%s:%u", slash ? slash + 1 : file, line);
}

bool report_variable(struct report *report, uint32_t pid, uint64_t addr, char *ret_name,
                     size_t size)
{
    const struct module *module = space_module(&report->space, pid, addr);
    struct variable variable;
    if (!module || !variable_find(module->image, &report->space.arena, addr - module->bias, 1,
                                  false, &variable))
        return false;
    snprintf(ret_name, size, "%s", variable.path);
    return true;
}

char *report_debug_lack(const char *path, const char *debug_path)
{
    struct arena arena = {0};
    char folder[4096];
    const char *working = getcwd(folder, sizeof folder) ? folder : "/";
    if (path[0] != '/')
        path = arena_printf(&arena, "%s/%s", working, path);
    struct image *image = image_create(path, (const uint8_t *)"", 0,
                                       path_folders(&arena, debug_path ? debug_path : "", working));
    const char *lack = image_lack(image);
    char *copy = lack ? strdup(lack) : NULL;
    CHECK_MSG(copy || !lack, "the report ran out of memory");
    image_destroy(image);
    arena_done(&arena);
    return copy;
}
