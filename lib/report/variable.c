#include "report/variable.h"

#include <dwarf.h>
#include <stdlib.h>

#include "report/symbol.h"

/* ---- the index: every variable with a fixed place, of all units ---- */

struct collector {
    struct image *image;
    Dwarf_Die function; /* around; .addr NULL at file level */
};

static bool is_tls_operator(uint8_t atom)
{
    return atom == DW_OP_form_tls_address || atom == DW_OP_GNU_push_tls_address;
}

static bool is_constant(uint8_t atom)
{
    return atom == DW_OP_addr || (atom >= DW_OP_const1u && atom <= DW_OP_consts);
}

/* The place of a variable when it is fixed: `address` (+ n), or `offset, tls`. */
static bool location_fixed(Dwarf_Die *die, uint64_t *ret_place, bool *ret_tls)
{
    Dwarf_Attribute attribute, indirect;
    Dwarf_Op *ops;
    size_t count;
    Dwarf_Addr address;
    if (dwarf_getlocation(dwarf_attr(die, DW_AT_location, &attribute), &ops, &count) != 0 ||
        count == 0)
        return false;
    if (ops[0].atom == DW_OP_addrx || ops[0].atom == DW_OP_GNU_addr_index) {
        if (dwarf_getlocation_attr(&attribute, &ops[0], &indirect) != 0 ||
            dwarf_formaddr(&indirect, &address) != 0)
            return false;
    } else if (is_constant(ops[0].atom)) {
        address = ops[0].number;
    } else {
        return false;
    }
    *ret_tls = count == 2 && is_tls_operator(ops[1].atom);
    *ret_place = address;
    if (*ret_tls)
        return true;
    if (count == 2 && ops[1].atom == DW_OP_plus_uconst)
        *ret_place += ops[1].number;
    else if (count != 1)
        return false;
    return ops[0].atom == DW_OP_addr || !is_constant(ops[0].atom);
}

static uint64_t variable_size(struct image *image, Dwarf_Die *die, uint64_t addr, bool tls)
{
    Dwarf_Die type;
    Dwarf_Word size;
    if (type_of(die, &type) && dwarf_aggregate_size(&type, &size) == 0 && size)
        return size;
    const struct image_symbol *symbol = tls ? NULL : image_symbol(image, addr, 1u << STT_OBJECT);
    return symbol && symbol->addr == addr ? symbol->size : 0;
}

static void collect_variable(struct collector *c, Dwarf_Die *die)
{
    struct image *image = c->image;
    uint64_t place;
    bool tls;
    if (!location_fixed(die, &place, &tls) || (!tls && place == 0))
        return;
    uint64_t addr = tls ? place : place + image->dwarf_bias;
    struct image_variable variable = {
        .addr = addr,
        .size = variable_size(image, die, addr, tls),
        .die = *die,
        .function = c->function,
    };
    if (variable.size == 0)
        return;
    struct image_variable **array = tls ? &image->tls : &image->variables;
    size_t *count = tls ? &image->tls_count : &image->variable_count;
    *array = memory_grow(*array, *count, sizeof(**array));
    (*array)[(*count)++] = variable;
}

static void collect(struct collector *c, Dwarf_Die *parent, unsigned depth)
{
    Dwarf_Die die, outer = c->function;
    if (depth > 64 || dwarf_child(parent, &die) != 0)
        return;
    do {
        switch (dwarf_tag(&die)) {
        case DW_TAG_variable:
            collect_variable(c, &die);
            break;
        case DW_TAG_subprogram:
        case DW_TAG_inlined_subroutine:
            c->function = die;
            collect(c, &die, depth + 1);
            c->function = outer;
            break;
        case DW_TAG_namespace:
        case DW_TAG_structure_type:
        case DW_TAG_class_type:
        case DW_TAG_module:
        case DW_TAG_lexical_block:
            collect(c, &die, depth + 1);
            break;
        default:
            break;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
}

static int variable_order(const void *a, const void *b)
{
    const struct image_variable *x = a, *y = b;
    if (x->addr != y->addr)
        return x->addr < y->addr ? -1 : 1;
    return x->size < y->size ? 1 : x->size > y->size ? -1 : 0;
}

static void variables_index(struct image *image)
{
    if (image->variables_indexed)
        return;
    image->variables_indexed = true;
    struct collector c = {.image = image};
    for (size_t i = 0; i < image->unit_count; i++)
        collect(&c, &image->units[i].tree, 0);
    if (image->variable_count)
        qsort(image->variables, image->variable_count, sizeof(*image->variables), variable_order);
    if (image->tls_count)
        qsort(image->tls, image->tls_count, sizeof(*image->tls), variable_order);
}

static struct image_variable *variable_at(struct image_variable *array, size_t count, uint64_t addr)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (array[mid].addr <= addr)
            low = mid + 1;
        else
            high = mid;
    }
    for (size_t steps = 0; low > 0 && steps < 16; steps++) {
        struct image_variable *variable = &array[--low];
        if (addr - variable->addr < variable->size)
            return variable;
    }
    return NULL;
}

/* ---- the answer ---- */

static const char *die_string(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    return dwarf_formstring(dwarf_attr_integrate(die, name, &attribute));
}

/* What has internal linkage has no linkage name: its scopes are those of its declaration. */
static const char *scopes_prefix(struct arena *arena, Dwarf_Die *die)
{
    Dwarf_Attribute attribute;
    Dwarf_Die declaration = *die, *scopes = NULL;
    dwarf_formref_die(dwarf_attr(die, DW_AT_specification, &attribute), &declaration);
    int count = dwarf_getscopes_die(&declaration, &scopes);
    const char *prefix = "";
    for (int i = 1; i < count - 1; i++) { /* without itself and the unit */
        const char *name = dwarf_diename(&scopes[i]);
        if (dwarf_tag(&scopes[i]) == DW_TAG_namespace && !name)
            name = "(anonymous namespace)";
        if (name)
            prefix = arena_printf(arena, "%s::%s", name, prefix);
    }
    free(scopes);
    return prefix;
}

static const char *variable_name(struct arena *arena, struct image_variable *found)
{
    const char *linkage = die_string(&found->die, DW_AT_linkage_name);
    const char *plain = linkage ? demangle(arena, linkage) : NULL;
    const char *name = die_string(&found->die, DW_AT_name);
    if (plain)
        return plain;
    if (!name)
        return "(unnamed)";
    if (found->function.addr || type_language_is_c(&found->die))
        return name;
    return arena_printf(arena, "%s%s", scopes_prefix(arena, &found->die), name);
}

static void variable_declared(struct arena *arena, Dwarf_Die *die, struct variable *variable)
{
    Dwarf_Attribute attribute;
    Dwarf_Word line;
    if (dwarf_formudata(dwarf_attr_integrate(die, DW_AT_decl_line, &attribute), &line) != 0 ||
        line == 0 || line > UINT32_MAX)
        return;
    variable->file = path_of_attribute(arena, die, DW_AT_decl_file);
    variable->line = (uint32_t)line;
}

void variable_describe(struct image *image, struct arena *arena, struct image_variable *found,
                       uint64_t offset, uint64_t size, struct variable *variable)
{
    variable->addr = found->addr;
    variable->size = variable->object_size = found->size;
    variable->name = variable->path = variable_name(arena, found);
    variable_declared(arena, &found->die, variable);
    /* A demangled name says the function itself. */
    if (found->function.addr && !die_string(&found->die, DW_AT_linkage_name))
        variable->function = symbol_function_name(image, &found->function);
    if (size > found->size - offset)
        size = found->size - offset;
    Dwarf_Die type;
    if (!type_of(&found->die, &type))
        return;
    struct buf path = {0};
    struct type_object object;
    buf_put(&path, variable->name);
    type_descend(&type, offset, size, &path, &object);
    variable->object_offset = object.at;
    if (object.size)
        variable->object_size = object.size;
    variable->path = arena_string(arena, path.bytes);
    variable->bits = object.bits != 0;
    variable->type = object.bits > 1 ? "bit-fields" : type_spell(arena, &object.type, "");
    buf_done(&path);
}

static bool variable_from_symbol(struct image *image, struct arena *arena, uint64_t addr, bool tls,
                                 struct variable *variable)
{
    const struct image_symbol *symbol =
        image_symbol(image, addr, 1u << (tls ? STT_TLS : STT_OBJECT));
    if (!symbol)
        return false;
    const char *plain = demangle(arena, symbol->name);
    variable->addr = symbol->addr;
    variable->size = variable->object_size = symbol->size;
    variable->name = variable->path = plain ? plain : symbol->name;
    return true;
}

bool variable_find(struct image *image, struct arena *arena, uint64_t addr, uint64_t size, bool tls,
                   struct variable *ret_variable)
{
    image_load(image);
    variables_index(image);
    struct variable variable = {.tls = tls};
    struct image_variable *found = tls ? variable_at(image->tls, image->tls_count, addr)
                                       : variable_at(image->variables, image->variable_count, addr);
    if (found)
        variable_describe(image, arena, found, addr - found->addr, size, &variable);
    else if (!variable_from_symbol(image, arena, addr, tls, &variable))
        return false;
    *ret_variable = variable;
    return true;
}
