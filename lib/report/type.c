#include <dwarf.h>
#include <inttypes.h>
#include <string.h>

#include "report/variable.h"

#define DEPTH_MAX 32
#define MEMBERS_SHOWN 8

bool type_of(Dwarf_Die *die, Dwarf_Die *ret_type)
{
    Dwarf_Attribute attribute;
    return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), ret_type) != NULL;
}

/* ---- spelling ---- */

static const char *spell(struct arena *arena, Dwarf_Die *type, const char *declarator,
                         unsigned depth);

bool type_language_is_c(Dwarf_Die *die)
{
    Dwarf_Die unit;
    if (!dwarf_diecu(die, &unit, NULL, NULL))
        return false;
    int language = dwarf_srclang(&unit);
    return language == DW_LANG_C89 || language == DW_LANG_C || language == DW_LANG_C99 ||
           language == DW_LANG_C11 || language == 0x2c /* DW_LANG_C17 */;
}

static const char *attach(struct arena *arena, const char *type, const char *declarator)
{
    return *declarator ? arena_printf(arena, "%s %s", type, declarator) : type;
}

static const char *spell_tagged(struct arena *arena, Dwarf_Die *type, const char *keyword,
                                const char *declarator)
{
    const char *name = dwarf_diename(type);
    const char *whole = name;
    if (!name)
        whole = arena_printf(arena, "%s {...}", keyword);
    else if (type_language_is_c(type))
        whole = arena_printf(arena, "%s %s", keyword, name);
    return attach(arena, whole, declarator);
}

static const char *spell_pointer(struct arena *arena, Dwarf_Die *type, const char *mark,
                                 const char *declarator, unsigned depth)
{
    Dwarf_Die target;
    if (!type_of(type, &target))
        return spell(arena, NULL, arena_printf(arena, "%s%s", mark, declarator), depth);
    int tag = dwarf_tag(&target);
    bool bind = tag == DW_TAG_array_type || tag == DW_TAG_subroutine_type;
    return spell(arena, &target, arena_printf(arena, bind ? "(%s%s)" : "%s%s", mark, declarator),
                 depth);
}

static const char *spell_qualified(struct arena *arena, Dwarf_Die *type, const char *qualifier,
                                   const char *declarator, unsigned depth)
{
    Dwarf_Die target;
    if (!type_of(type, &target))
        return attach(arena, arena_printf(arena, "%s void", qualifier), declarator);
    if (dwarf_tag(&target) == DW_TAG_pointer_type) {
        const char *space = *declarator ? " " : "";
        return spell(arena, &target, arena_printf(arena, "%s%s%s", qualifier, space, declarator),
                     depth);
    }
    return arena_printf(arena, "%s %s", qualifier, spell(arena, &target, declarator, depth));
}

/* Elements of dimension `index`, counted from 0; 0 when unknown. False past the last. */
static bool array_dimension(Dwarf_Die *type, unsigned index, uint64_t *ret_count)
{
    Dwarf_Die child;
    if (dwarf_child(type, &child) != 0)
        return false;
    do {
        if (dwarf_tag(&child) != DW_TAG_subrange_type || index-- > 0)
            continue;
        Dwarf_Attribute attribute;
        Dwarf_Word value = 0;
        *ret_count = 0;
        if (dwarf_formudata(dwarf_attr(&child, DW_AT_count, &attribute), &value) == 0)
            *ret_count = value;
        else if (dwarf_formudata(dwarf_attr(&child, DW_AT_upper_bound, &attribute), &value) == 0)
            *ret_count = value + 1;
        return true;
    } while (dwarf_siblingof(&child, &child) == 0);
    return false;
}

static const char *spell_array(struct arena *arena, Dwarf_Die *type, const char *declarator,
                               unsigned depth)
{
    Dwarf_Die element;
    if (!type_of(type, &element))
        return attach(arena, "?", declarator);
    uint64_t count;
    const char *whole = declarator;
    for (unsigned i = 0; i < DEPTH_MAX && array_dimension(type, i, &count); i++)
        whole = count ? arena_printf(arena, "%s[%" PRIu64 "]", whole, count)
                      : arena_printf(arena, "%s[]", whole);
    return spell(arena, &element, whole, depth);
}

static const char *spell_function(struct arena *arena, Dwarf_Die *type, const char *declarator,
                                  unsigned depth)
{
    Dwarf_Die child, argument, result;
    const char *arguments = "";
    if (dwarf_child(type, &child) == 0) {
        do {
            int tag = dwarf_tag(&child);
            const char *one = tag == DW_TAG_unspecified_parameters ? "..." : NULL;
            if (tag == DW_TAG_formal_parameter && type_of(&child, &argument))
                one = spell(arena, &argument, "", depth);
            if (one)
                arguments = arena_printf(arena, "%s%s%s", arguments, *arguments ? ", " : "", one);
        } while (dwarf_siblingof(&child, &child) == 0);
    }
    const char *whole = arena_printf(arena, "%s(%s)", declarator, *arguments ? arguments : "void");
    return spell(arena, type_of(type, &result) ? &result : NULL, whole, depth);
}

static const char *spell(struct arena *arena, Dwarf_Die *type, const char *declarator,
                         unsigned depth)
{
    if (!type)
        return attach(arena, "void", declarator);
    if (depth >= DEPTH_MAX)
        return attach(arena, "...", declarator);
    depth++;
    switch (dwarf_tag(type)) {
    case DW_TAG_structure_type:
        return spell_tagged(arena, type, "struct", declarator);
    case DW_TAG_class_type:
        return spell_tagged(arena, type, "class", declarator);
    case DW_TAG_union_type:
        return spell_tagged(arena, type, "union", declarator);
    case DW_TAG_enumeration_type:
        return spell_tagged(arena, type, "enum", declarator);
    case DW_TAG_pointer_type:
        return spell_pointer(arena, type, "*", declarator, depth);
    case DW_TAG_reference_type:
        return spell_pointer(arena, type, "&", declarator, depth);
    case DW_TAG_rvalue_reference_type:
        return spell_pointer(arena, type, "&&", declarator, depth);
    case DW_TAG_const_type:
        return spell_qualified(arena, type, "const", declarator, depth);
    case DW_TAG_volatile_type:
        return spell_qualified(arena, type, "volatile", declarator, depth);
    case DW_TAG_restrict_type:
        return spell_qualified(arena, type, "restrict", declarator, depth);
    case DW_TAG_atomic_type:
        return spell_qualified(arena, type, "_Atomic", declarator, depth);
    case DW_TAG_array_type:
        return spell_array(arena, type, declarator, depth);
    case DW_TAG_subroutine_type:
        return spell_function(arena, type, declarator, depth);
    default:
        break;
    }
    const char *name = dwarf_diename(type);
    return attach(arena, name ? name : "?", declarator);
}

const char *type_spell(struct arena *arena, Dwarf_Die *type, const char *declarator)
{
    return spell(arena, type, declarator, 0);
}

/* ---- members ---- */

struct member {
    Dwarf_Die die;
    uint64_t at, size; /* bytes; of a bit-field those that it touches */
    bool bits;
};

static bool number_of(Dwarf_Die *die, unsigned name, uint64_t *ret_value)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value) != 0)
        return false;
    *ret_value = value;
    return true;
}

static bool member_read(Dwarf_Die *owner, Dwarf_Die *die, struct member *ret_member);

/* An empty class has size 1, and as a base none at all: it lies where the first member does. */
static bool class_empty(Dwarf_Die *type, unsigned depth)
{
    Dwarf_Die peeled, child, base;
    struct member member;
    if (depth > DEPTH_MAX || dwarf_peel_type(type, &peeled) != 0)
        return false;
    int found = dwarf_child(&peeled, &child);
    if (found != 0 || dwarf_hasattr(&peeled, DW_AT_declaration))
        return found == 1 && !dwarf_hasattr(&peeled, DW_AT_declaration);
    do {
        if (dwarf_tag(&child) == DW_TAG_inheritance) {
            if (!type_of(&child, &base) || !class_empty(&base, depth + 1))
                return false;
        } else if (member_read(&peeled, &child, &member)) {
            return false;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
    return true;
}

/* False: not a member with a place of its own (static, virtual or empty base, function). */
static bool member_read(Dwarf_Die *owner, Dwarf_Die *die, struct member *ret_member)
{
    int tag = dwarf_tag(die);
    if (tag != DW_TAG_member && tag != DW_TAG_inheritance)
        return false;
    struct member m = {.die = *die};
    Dwarf_Die type;
    uint64_t bit_size, bit_at;
    Dwarf_Word size;
    bool placed = number_of(die, DW_AT_data_member_location, &m.at);
    if (!placed && dwarf_tag(owner) != DW_TAG_union_type &&
        !dwarf_hasattr(die, DW_AT_data_bit_offset))
        return false;
    if (!type_of(die, &type) || dwarf_aggregate_size(&type, &size) != 0)
        return false;
    m.size = size;
    if (tag == DW_TAG_inheritance && size <= 1 && class_empty(&type, 0))
        return false;
    if (number_of(die, DW_AT_bit_size, &bit_size) && bit_size) {
        m.bits = true;
        if (!number_of(die, DW_AT_data_bit_offset, &bit_at)) {
            uint64_t from_top = 0; /* DWARF 2 counts from the top of the storage unit */
            number_of(die, DW_AT_bit_offset, &from_top);
            bit_at = m.at * 8 + size * 8 - from_top - bit_size;
        }
        m.at = bit_at / 8;
        m.size = (bit_at + bit_size + 7) / 8 - m.at;
    }
    *ret_member = m;
    return true;
}

/* Members that the bytes touch. Returns how many there are; the first MEMBERS_SHOWN are written. */
static size_t members_touched(Dwarf_Die *type, uint64_t offset, uint64_t size,
                              struct member ret_members[MEMBERS_SHOWN])
{
    size_t count = 0;
    Dwarf_Die child;
    struct member m;
    if (dwarf_child(type, &child) != 0)
        return 0;
    do {
        if (member_read(type, &child, &m) && m.at < offset + size && offset < m.at + m.size) {
            if (count < MEMBERS_SHOWN)
                ret_members[count] = m;
            count++;
        }
    } while (dwarf_siblingof(&child, &child) == 0);
    return count;
}

struct descent {
    Dwarf_Die type;        /* of the object reached */
    uint64_t at;           /* its offset in the whole */
    uint64_t object_size;  /* 0 unknown */
    uint64_t offset, size; /* of the bytes, within the object */
    unsigned bits;         /* so many bit-fields were reached */
};

static void append_member(struct buf *path, Dwarf_Die *die)
{
    const char *name = dwarf_diename(die);
    if (name && dwarf_tag(die) == DW_TAG_member)
        buf_printf(path, ".%s", name);
}

/* Several bit-fields share the bytes: `.{a,b}`. */
static void append_bit_fields(struct buf *path, struct member *members, size_t count)
{
    buf_put(path, ".{");
    for (size_t i = 0; i < count && i < MEMBERS_SHOWN; i++) {
        const char *name = dwarf_diename(&members[i].die);
        buf_printf(path, "%s%s", i ? "," : "", name ? name : "?");
    }
    buf_put(path, count > MEMBERS_SHOWN ? ",...}" : "}");
}

static bool all_bits(const struct member *members, size_t count)
{
    for (size_t i = 0; i < count && i < MEMBERS_SHOWN; i++)
        if (!members[i].bits)
            return false;
    return count > 0;
}

/* One step down into a structure or union; false: here it ends. */
static bool descend_member(struct descent *d, Dwarf_Die *peeled, struct buf *path)
{
    struct member members[MEMBERS_SHOWN];
    size_t count = members_touched(peeled, d->offset, d->size, members);
    if (count > 1 && dwarf_tag(peeled) != DW_TAG_union_type && all_bits(members, count)) {
        append_bit_fields(path, members, count);
        d->bits = (unsigned)count;
        return false;
    }
    struct member *m = &members[0];
    bool within =
        count == 1 && (m->bits || (d->offset >= m->at && d->offset + d->size <= m->at + m->size));
    if (!within || !type_of(&m->die, &d->type))
        return false;
    append_member(path, &m->die);
    d->at += m->at;
    d->object_size = m->size;
    d->offset = d->offset > m->at ? d->offset - m->at : 0;
    d->bits = m->bits;
    return !m->bits;
}

/* One step down into an array: all its dimensions, as far as the bytes lie in one element. */
static bool descend_array(struct descent *d, Dwarf_Die *peeled, struct buf *path)
{
    Dwarf_Die element;
    Dwarf_Word element_size;
    if (!type_of(peeled, &element) || dwarf_aggregate_size(&element, &element_size) != 0 ||
        element_size == 0)
        return false;
    uint64_t index = d->offset / element_size;
    if (d->offset % element_size + d->size > element_size)
        return false;
    uint64_t count, strides[DEPTH_MAX];
    unsigned dimensions = 0;
    while (dimensions < DEPTH_MAX && array_dimension(peeled, dimensions, &count))
        strides[dimensions++] = count;
    uint64_t stride = 1; /* elements per step of each dimension, innermost 1 */
    for (unsigned i = dimensions; i-- > 0;) {
        uint64_t here = strides[i];
        strides[i] = stride;
        if (here && __builtin_mul_overflow(stride, here, &stride))
            return false;
    }
    for (unsigned i = 0, left = dimensions; left > 0; i++, left--) {
        buf_printf(path, "[%" PRIu64 "]", index / strides[i]);
        index %= strides[i];
    }
    d->type = element;
    d->at += d->offset - d->offset % element_size;
    d->offset %= element_size;
    d->object_size = element_size;
    return true;
}

static bool descend_once(struct descent *d, struct buf *path)
{
    Dwarf_Die peeled;
    if (dwarf_peel_type(&d->type, &peeled) != 0)
        return false;
    switch (dwarf_tag(&peeled)) {
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_union_type:
        return descend_member(d, &peeled, path);
    case DW_TAG_array_type:
        return descend_array(d, &peeled, path);
    default:
        return false;
    }
}

void type_descend(Dwarf_Die *type, uint64_t offset, uint64_t size, struct buf *path,
                  struct type_object *ret_object)
{
    struct descent d = {.type = *type, .offset = offset, .size = size ? size : 1};
    Dwarf_Word whole;
    if (dwarf_aggregate_size(type, &whole) == 0)
        d.object_size = whole;
    for (unsigned depth = 0; depth < DEPTH_MAX && descend_once(&d, path); depth++)
        ;
    *ret_object =
        (struct type_object){.type = d.type, .at = d.at, .size = d.object_size, .bits = d.bits};
}
