/*
 * image: one ELF file and what is known about it: debug information (in the file, or in a separate
 * file found by build-id, .gnu_debuglink or debuginfod), symbol table, indexes and answers already
 * given. Shared by all processes that map the file; addresses here are the file's own ("ELF
 * addresses"), run-time bias taken off.
 *
 * Nothing is read before the first question, and then each index is built once. A file that is
 * missing, unreadable, replaced since the run or without debug information answers less: image_
 * functions never fail otherwise.
 */
#ifndef RACERUN_REPORT_IMAGE_H
#define RACERUN_REPORT_IMAGE_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/memory.h"

enum image_state {
    IMAGE_UNREAD,
    IMAGE_MISSING,  /* no such file, or not an ELF file */
    IMAGE_REPLACED, /* not the one that ran: another build-id or, where there is none, newer */
    IMAGE_STRIPPED, /* neither debug information nor a full symbol table */
    IMAGE_SYMBOLS,  /* a symbol table only */
    IMAGE_DEBUG,    /* debug information */
};

/* Code of one compilation unit. */
struct image_range {
    uint64_t low, high;
    uint32_t unit; /* index */
};

/* A function with code of its own; where it is split, one entry a range. */
struct image_function {
    uint64_t low, high;
    Dwarf_Die die;
};

struct image_unit {
    Dwarf_Die die;                    /* of the unit: ranges and lines */
    Dwarf_Die tree;                   /* its content; differs from die with split DWARF */
    bool indexed;                     /* functions are complete */
    struct image_function *functions; /* by low */
    size_t function_count;
};

/* From the ELF symbol table, by address. */
struct image_symbol {
    uint64_t addr, size;
    const char *name; /* not demangled */
    uint8_t type;     /* STT_FUNC, STT_OBJECT, STT_TLS */
};

struct image_variable {
    uint64_t addr, size;
    Dwarf_Die die;
    Dwarf_Die function; /* of a function-local static; .addr NULL otherwise */
};

struct image_answer; /* cached frames of a program counter; symbol.c */

struct image {
    struct image *next; /* of all */
    const char *path;
    const char *name; /* last part of path */
    uint8_t build_id[20];
    uint32_t build_id_size;

    const char *folders; /* where else debug information is looked for, absolute, by ':' */
    char *search_path;   /* the same as libdwfl wants it */
    Dwfl_Callbacks callbacks;

    uint64_t mapped_ns;   /* CLOCK_REALTIME when it was mapped; 0 unknown */
    uint64_t modified_ns; /* when the file was last written; 0 unknown */
    uint64_t changed_ns;  /* the same, or when it was put in its place */

    enum image_state state;
    bool unanswered; /* the debuginfod servers took too long */
    const char *lack;
    bool lack_known;
    Dwfl *dwfl;
    Dwfl_Module *module;
    Dwarf *dwarf;
    uint64_t dwarf_bias; /* add to an address in DWARF to get an ELF address */

    struct image_unit *units;
    size_t unit_count;
    size_t units_lost;          /* split: what they hold is in files that are missing */
    struct image_range *ranges; /* by low */
    size_t range_count;
    struct image_symbol *symbols; /* by addr */
    size_t symbol_count;
    bool variables_indexed;
    struct image_variable *variables, *tls; /* by addr; those of tls are offsets */
    size_t variable_count, tls_count;
    struct image_answer **answers; /* hash table by pc; capacity a power of two */
    size_t answer_count, answer_capacity;
    struct arena arena; /* strings and answers; live as long as the image */
};

/* `folders` as image.folders, "" none; lives as long as the image. */
struct image *image_create(const char *path, const uint8_t *build_id, size_t build_id_size,
                           const char *folders);
void image_destroy(struct image *image);

/* Reads the file on the first call. */
enum image_state image_load(struct image *image);

/* What of its debug information cannot be had, and what to do: the rest of a sentence that begins
 * with the file's name. NULL: it is complete. */
const char *image_lack(struct image *image);

/* The symbol that covers `addr` and has one of the types in `types` (bits 1 << STT_x), or NULL. */
const struct image_symbol *image_symbol(struct image *image, uint64_t addr, unsigned types);

/* How far below the thread pointer the TLS block begins when this is the executable; 0 = no TLS. */
uint64_t image_tls_offset(struct image *image);

/* The unit whose code covers `addr`, with its functions indexed; NULL when none does. */
struct image_unit *image_unit_at(struct image *image, uint64_t addr);
/* The function of `unit` that covers `addr`; false when none does. */
bool image_function_at(const struct image *image, const struct image_unit *unit, uint64_t addr,
                       Dwarf_Die *ret_function);

#endif
