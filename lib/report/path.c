#include <dwarf.h>
#include <string.h>

#include "report/symbol.h"

const char *path_tidy(struct arena *arena, const char *path)
{
    char *tidy = arena_alloc(arena, strlen(path) + 1);
    size_t size = 0;
    size_t root = *path == '/';
    if (root)
        tidy[size++] = '/';
    while (*path) {
        size_t part = strcspn(path, "/");
        bool dot = part == 1 && path[0] == '.';
        bool up = part == 2 && path[0] == '.' && path[1] == '.';
        bool can_go_up = size > root && strcmp(tidy + size - 1, "/") != 0 &&
                         !(size >= 2 && strcmp(tidy + size - 2, "..") == 0 &&
                           (size == 2 || tidy[size - 3] == '/'));
        if (up && can_go_up) {
            while (size > root && tidy[size - 1] != '/')
                size--;
            if (size > root)
                size--;
        } else if (part && !dot && !(up && root && size == root)) {
            if (size && tidy[size - 1] != '/')
                tidy[size++] = '/';
            memcpy(tidy + size, path, part);
            size += part;
        }
        tidy[size] = '\0';
        path += part;
        path += strspn(path, "/");
    }
    return size ? tidy : ".";
}

const char *path_folders(struct arena *arena, const char *list, const char *working_folder)
{
    const char *folders = "";
    while (*list) {
        size_t size = strcspn(list, ":");
        const char *folder = arena_copy(arena, list, size);
        if (*folder && *folder != '/')
            folder = arena_printf(arena, "%s/%s", working_folder, folder);
        if (*folder)
            folders = arena_printf(arena, "%s%s%s", folders, *folders ? ":" : "",
                                   path_tidy(arena, folder));
        list += size + (list[size] == ':');
    }
    return folders;
}

/* Folder that relative names of a unit start from. */
static const char *unit_folder(Dwarf_Die *unit)
{
    Dwarf_Attribute attribute;
    return dwarf_formstring(dwarf_attr_integrate(unit, DW_AT_comp_dir, &attribute));
}

const char *path_source(struct arena *arena, Dwarf_Die *unit, const char *file)
{
    const char *folder = unit_folder(unit);
    if (file[0] == '/' || !folder)
        return path_tidy(arena, file);
    return path_tidy(arena, arena_printf(arena, "%s/%s", folder, file));
}

/* libdw's dwarf_decl_file does not know file 0 of DWARF 5 and asserts on split units. */
const char *path_of_attribute(struct arena *arena, Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    Dwarf_Word index;
    Dwarf_Files *files;
    size_t count;
    Dwarf_Die unit;
    if (dwarf_formudata(dwarf_attr_integrate(die, name, &attribute), &index) != 0 ||
        !dwarf_cu_die(attribute.cu, &unit, NULL, NULL, NULL, NULL, NULL, NULL) ||
        dwarf_getsrcfiles(&unit, &files, &count) != 0 || index >= count)
        return NULL;
    const char *file = dwarf_filesrc(files, index, NULL, NULL);
    if (!file || strcmp(file, "???") == 0) /* libdw's file 0 of DWARF 4 */
        return NULL;
    return path_source(arena, &unit, file);
}
