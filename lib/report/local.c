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
    struct image *image;
    uint64_t cfa;
    uint64_t pc;   /* in DWARF's addresses */
    uint64_t base; /* frame base */
    uint64_t addr; /* looked for */
    Dwarf_Die function;
    struct image_variable found, found_in_scope;
    unsigned count, count_in_scope;
};

/* Undoes the rule `CFA = register + offset` that holds at the pc. */
static bool register_at(const struct search *s, unsigned number, uint64_t *ret_value)
{
    Dwarf_Addr bias;
    Dwarf_CFI *cfi = dwfl_module_eh_cfi(s->image->module, &bias);
    Dwarf_Frame *frame = NULL;
    Dwarf_Op *ops;
    size_t count;
    if (!cfi || dwarf_cfi_addrframe(cfi, s->pc + s->image->dwarf_bias - bias, &frame) != 0)
        return false;
    bool ok = dwarf_frame_cfa(frame, &ops, &count) == 0 && count == 1;
    if (ok && ops[0].atom == DW_OP_bregx && ops[0].number == number)
        *ret_value = s->cfa - ops[0].number2;
    else if (ok && ops[0].atom == DW_OP_breg0 + number)
        *ret_value = s->cfa - ops[0].number;
    else
        ok = false;
    free(frame);
    return ok;
}

static bool is_breg(uint8_t atom)
{
    return atom >= DW_OP_breg0 && atom <= DW_OP_breg31;
}

static bool frame_base(struct search *s)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    size_t count;
    if (dwarf_getlocation_addr(dwarf_attr_integrate(&s->function, DW_AT_frame_base, &attribute),
                               s->pc, &ops, &count, 1) != 1 ||
        count != 1)
        return false;
    uint8_t atom = ops[0].atom;
    s->base = s->cfa;
    if (atom == DW_OP_call_frame_cfa)
        return true;
    if (atom >= DW_OP_reg0 && atom <= DW_OP_reg31)
        return register_at(s, atom - DW_OP_reg0, &s->base);
    if (!is_breg(atom) || !register_at(s, atom - DW_OP_breg0, &s->base))
        return false;
    s->base += ops[0].number;
    return true;
}

/* Where a variable lies that is in memory, as seen at the pc. */
static bool variable_place(const struct search *s, Dwarf_Die *die, uint64_t *ret_place)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    size_t count;
    if (dwarf_getlocation_addr(dwarf_attr(die, DW_AT_location, &attribute), s->pc, &ops, &count,
                               1) != 1 ||
        count != 1)
        return false;
    *ret_place = s->base;
    if (is_breg(ops[0].atom) && !register_at(s, ops[0].atom - DW_OP_breg0, ret_place))
        return false;
    *ret_place += ops[0].number;
    return ops[0].atom == DW_OP_fbreg || is_breg(ops[0].atom);
}

static void consider(struct search *s, Dwarf_Die *die, bool in_scope)
{
    Dwarf_Die type;
    Dwarf_Word size;
    uint64_t start;
    if (!variable_place(s, die, &start) || !type_of(die, &type) ||
        dwarf_aggregate_size(&type, &size) != 0 || s->addr < start || s->addr - start >= size)
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
    struct search s = {.image = image, .cfa = cfa, .pc = pc - image->dwarf_bias, .addr = addr};
    if (!unit || addr >= cfa || !image_function_at(image, unit, pc, &s.function) || !frame_base(&s))
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
