/*
 * variable: what an address in an ELF file's data is called: `g_table[3].count`, an int, declared
 * at table.c:5. Only what debug information or the symbol table says; never a guess. Where the
 * bytes belong to several members at once (a copy of a whole structure, a union), the name stops
 * at the object that holds them all.
 */
#ifndef RACERUN_REPORT_VARIABLE_H
#define RACERUN_REPORT_VARIABLE_H

#include "report/image.h"

struct variable {
    const char *name;     /* of the whole: g_table */
    const char *path;     /* of the smallest object that holds the bytes: g_table[3].count */
    const char *type;     /* of that object, as the language spells it; NULL unknown */
    const char *function; /* that a static local belongs to, or NULL */
    const char *file;     /* of the declaration; NULL unknown */
    uint32_t line;
    bool tls;
    bool local;          /* on a stack, in a frame of `function` */
    bool bits;           /* `path` names bit-fields: the bytes hold more than they do */
    uint64_t addr, size; /* of the whole; ELF address, or offset in TLS */
    uint64_t object_offset, object_size; /* of what `path` names, within the whole */
};

/*
 * `addr` is an ELF address, or with `tls` an offset in the module's TLS block; `size` bytes are
 * meant. Strings live in `arena` or as long as the image. False: nothing known is there.
 */
bool variable_find(struct image *image, struct arena *arena, uint64_t addr, uint64_t size, bool tls,
                   struct variable *ret_variable);

/*
 * A local variable: `pc` is an ELF address within the function whose frame, with canonical frame
 * address `cfa`, holds the run-time address `addr`. The answer's `addr` is a run-time address.
 */
bool variable_find_local(struct image *image, struct arena *arena, uint64_t pc, uint64_t cfa,
                         uint64_t addr, uint64_t size, struct variable *ret_variable);

/* What both find functions make of the DIE that they found. */
void variable_describe(struct image *image, struct arena *arena, struct image_variable *found,
                       uint64_t offset, uint64_t size, struct variable *variable);

/* ---- types (type.c) ---- */

/* A type as C spells it, `declarator` in the middle ("" for the type alone); NULL = void. */
const char *type_spell(struct arena *arena, Dwarf_Die *type, const char *declarator);

/* Is `die` in a unit of C (where tags are spelled out and nothing has a scope)? */
bool type_language_is_c(Dwarf_Die *die);

/* The type of a DIE that has one. */
bool type_of(Dwarf_Die *die, Dwarf_Die *ret_type);

/*
 * The smallest object within an object of `type` that holds bytes offset .. offset + size - 1.
 * Its path (".count", "[3].x", ".{bit,field}", "") is appended to `path`.
 */
struct type_object {
    Dwarf_Die type;
    uint64_t at, size; /* offset in the whole; size 0 unknown */
    unsigned bits;     /* it is that many bit-fields; type is of one of them */
};
void type_descend(Dwarf_Die *type, uint64_t offset, uint64_t size, struct buf *path,
                  struct type_object *ret_object);

#endif
