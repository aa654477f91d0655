/*
 * symbol: what source code an address in an ELF file comes from.
 */
#ifndef RACERUN_REPORT_SYMBOL_H
#define RACERUN_REPORT_SYMBOL_H

#include "report/image.h"

/* One level: the innermost has the place itself, each further one the call that was inlined. */
struct symbol_level {
    const char *function;   /* demangled; NULL unknown */
    const char *file;       /* NULL unknown */
    uint32_t line, column;  /* 0 unknown */
    uint32_t function_line; /* where the function is declared; 0 unknown */
};

/* Innermost first, at least one, owned by the image. Answers are cached. */
const struct symbol_level *symbol_lookup(struct image *image, uint64_t addr, size_t *ret_count);

/* Name of a function DIE, or of what it is an instance of; owned by the image. */
const char *symbol_function_name(struct image *image, Dwarf_Die *function);

/* `/a/./b//c/../d` -> `/a/b/d`; owned by `arena`. */
const char *path_tidy(struct arena *arena, const char *path);

/* The folders of `list`, separated by ':', made absolute and tidy; "" for none. */
const char *path_folders(struct arena *arena, const char *list, const char *working_folder);

/* A file name of a unit's debug information, made absolute and tidy; owned by `arena`. */
const char *path_source(struct arena *arena, Dwarf_Die *unit, const char *file);

/* The file that an attribute such as DW_AT_decl_file or DW_AT_call_file names, or NULL. */
const char *path_of_attribute(struct arena *arena, Dwarf_Die *die, unsigned name);

/* `name` in C++'s words when it is mangled and libstdc++ is installed; else NULL. */
const char *demangle(struct arena *arena, const char *name);

#endif
