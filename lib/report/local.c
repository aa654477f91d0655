/*
 * local: names of variables on a stack. Known are a program counter within the function and the
 * canonical frame address (CFA) of the call. Variables whose address was handed to another task
 * live in memory for their whole scope, at a fixed distance from the frame base. A slot may serve
 * several variables of disjoint scopes: then the one whose scope holds the pc is meant, and
 * nothing is said when that does not decide.
 */
#include <dwarf.h>
#include <stdlib.h>

#include "report/variable.h"

struct search {
    uint64_t pc;   /* in DWARF's addresses */
    uint64_t base; /* frame base */
    uint64_t addr; /* looked for */
    Dwarf_Die function;
    struct image_variable found, found_in_scope;
    unsigned count, count_in_scope;
};

/* Undoes the rule `CFA = register + offset` that holds at the pc. */
static bool register_at(struct image *image, uint64_t pc, uint64_t cfa, unsigned number,
                        uint64_t *ret_value)
{
    Dwarf_Addr bias;
    Dwarf_CFI *cfi = dwfl_module_eh_cfi(image->module, &bias);
    Dwarf_Frame *frame = NULL;
    Dwarf_Op *ops;
    size_t count;
    if (!cfi || dwarf_cfi_addrframe(cfi, pc - bias, &frame) != 0)
        return false;
    bool ok = dwarf_frame_cfa(frame, &ops, &count) == 0 && count == 1;
    if (ok && ops[0].atom == DW_OP_bregx && ops[0].number == number)
        *ret_value = cfa - ops[0].number2;
    else if (ok && ops[0].atom == DW_OP_breg0 + number)
        *ret_value = cfa - ops[0].number;
    else
        ok = false;
    free(frame);
    return ok;
}

static bool frame_base(struct image *image, Dwarf_Die *function, uint64_t pc, uint64_t cfa,
                       uint64_t *ret_base)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    size_t count;
    if (dwarf_getlocation_addr(dwarf_attr_integrate(function, DW_AT_frame_base, &attribute),
                               pc - image->dwarf_bias, &ops, &count, 1) != 1 ||
        count != 1)
        return false;
    uint8_t atom = ops[0].atom;
    *ret_base = cfa;
    if (atom == DW_OP_call_frame_cfa)
        return true;
    if (atom >= DW_OP_reg0 && atom <= DW_OP_reg31)
        return register_at(image, pc, cfa, atom - DW_OP_reg0, ret_base);
    if (atom < DW_OP_breg0 || atom > DW_OP_breg31 ||
        !register_at(image, pc, cfa, atom - DW_OP_breg0, ret_base))
        return false;
    *ret_base += ops[0].number;
    return true;
}

static void consider(struct search *s, Dwarf_Die *die, bool in_scope)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    size_t count;
    Dwarf_Die type;
    Dwarf_Word size;
    if (dwarf_getlocation_addr(dwarf_attr(die, DW_AT_location, &attribute), s->pc, &ops, &count,
                               1) != 1 ||
        count != 1 || ops[0].atom != DW_OP_fbreg || !type_of(die, &type) ||
        dwarf_aggregate_size(&type, &size) != 0)
        return;
    uint64_t start = s->base + ops[0].number;
    if (s->addr < start || s->addr - start >= size)
        return;
    struct image_variable variable = {start, size, *die, s->function};
    s->found = variable;
    s->count++;
    if (in_scope) {
        s->found_in_scope = variable;
        s->count_in_scope++;
    }
}

static void search(struct search *s, Dwarf_Die *parent, bool in_scope, unsigned depth)
{
    Dwarf_Die die;
    if (depth > 64 || dwarf_child(parent, &die) != 0)
        return;
    do {
        switch (dwarf_tag(&die)) {
        case DW_TAG_variable:
        case DW_TAG_formal_parameter:
            consider(s, &die, in_scope);
            break;
        case DW_TAG_lexical_block:
        case DW_TAG_inlined_subroutine:
            search(s, &die, in_scope && dwarf_haspc(&die, s->pc) == 1, depth + 1);
            break;
        default:
            break;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
}

bool variable_find_local(struct image *image, struct arena *arena, uint64_t pc, uint64_t cfa,
                         uint64_t addr, uint64_t size, struct variable *ret_variable)
{
    struct image_unit *unit = image_unit_at(image, pc);
    struct search s = {.pc = pc - image->dwarf_bias, .addr = addr};
    if (!unit || addr >= cfa || !image_function_at(image, unit, pc, &s.function) ||
        !frame_base(image, &s.function, pc, cfa, &s.base))
        return false;
    search(&s, &s.function, true, 0);
    struct image_variable *found = &s.found_in_scope;
    if (s.count_in_scope == 0 && s.count == 1)
        found = &s.found;
    else if (s.count_in_scope != 1)
        return false;
    struct variable variable = {.local = true};
    variable_describe(image, arena, found, addr - found->addr, size, &variable);
    *ret_variable = variable;
    return true;
}
