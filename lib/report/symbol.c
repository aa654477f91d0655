#include "report/symbol.h"

#include <dwarf.h>
#include <stdlib.h>

struct image_answer {
    uint64_t addr;
    const struct symbol_level *levels;
    size_t count;
};

#define LEVELS_MAX 64 /* inlined calls at one place; a corrupt file could claim any number */

static const char *attribute_string(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    return dwarf_formstring(dwarf_attr_integrate(die, name, &attribute));
}

const char *symbol_function_name(struct image *image, Dwarf_Die *function)
{
    const char *linkage = attribute_string(function, DW_AT_linkage_name);
    if (!linkage)
        linkage = attribute_string(function, DW_AT_MIPS_linkage_name);
    const char *plain = linkage ? demangle(&image->arena, linkage) : NULL;
    if (plain)
        return plain;
    const char *name = attribute_string(function, DW_AT_name);
    return name ? name : linkage;
}

static void level_place(struct image *image, struct image_unit *unit, uint64_t addr,
                        struct symbol_level *level)
{
    Dwarf_Line *line = dwarf_getsrc_die(&unit->die, addr - image->dwarf_bias);
    int number = 0, column = 0;
    if (!line || dwarf_lineno(line, &number) != 0 || number <= 0)
        return;
    const char *file = dwarf_linesrc(line, NULL, NULL);
    if (!file)
        return;
    level->file = path_source(&image->arena, &unit->die, file);
    level->line = (uint32_t)number;
    if (dwarf_linecol(line, &column) == 0 && column > 0)
        level->column = (uint32_t)column;
}

static uint32_t attribute_number(Dwarf_Die *die, unsigned name)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value = 0;
    if (dwarf_formudata(dwarf_attr_integrate(die, name, &attribute), &value) != 0 ||
        value > UINT32_MAX)
        return 0;
    return (uint32_t)value;
}

/* Where `inlined` was called: the place of the level outside it. */
static void level_call_place(struct image *image, Dwarf_Die *inlined, struct symbol_level *level)
{
    level->file = path_of_attribute(&image->arena, inlined, DW_AT_call_file);
    level->line = attribute_number(inlined, DW_AT_call_line);
    level->column = attribute_number(inlined, DW_AT_call_column);
}

/* The child of `parent` that covers `addr` and is a block or an inlined call. */
static bool scope_enter(Dwarf_Die *parent, uint64_t addr, Dwarf_Die *ret_child)
{
    Dwarf_Die die;
    if (dwarf_child(parent, &die) != 0)
        return false;
    do {
        int tag = dwarf_tag(&die);
        if ((tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block ||
             tag == DW_TAG_try_block || tag == DW_TAG_catch_block) &&
            dwarf_haspc(&die, addr) == 1) {
            *ret_child = die;
            return true;
        }
    } while (dwarf_siblingof(&die, &die) == 0);
    return false;
}

/* Outermost first: the function, then each inlined call that covers `addr`. */
static size_t scopes_collect(Dwarf_Die *function, uint64_t addr, Dwarf_Die scopes[LEVELS_MAX])
{
    size_t count = 1;
    Dwarf_Die at = *function, next;
    scopes[0] = *function;
    for (unsigned depth = 0; depth < 512 && scope_enter(&at, addr, &next); depth++) {
        at = next;
        if (dwarf_tag(&at) == DW_TAG_inlined_subroutine && count < LEVELS_MAX)
            scopes[count++] = at;
    }
    return count;
}

/* Lambdas and local classes have no linkage name in DWARF, but the symbol table knows it. */
static const char *outer_name(struct image *image, Dwarf_Die *function, uint64_t addr)
{
    const struct image_symbol *symbol = NULL;
    if (!attribute_string(function, DW_AT_linkage_name))
        symbol = image_symbol(image, addr, 1u << STT_FUNC);
    const char *plain = symbol ? demangle(&image->arena, symbol->name) : NULL;
    const char *name = plain ? plain : symbol_function_name(image, function);
    return name || !symbol ? name : symbol->name; /* strings can be in a file that is missing */
}

static const struct symbol_level *levels_from_dwarf(struct image *image, uint64_t addr,
                                                    size_t *ret_count)
{
    struct image_unit *unit = image_unit_at(image, addr);
    Dwarf_Die function, scopes[LEVELS_MAX];
    if (!unit || !image_function_at(image, unit, addr, &function))
        return NULL;
    size_t count = scopes_collect(&function, addr - image->dwarf_bias, scopes);
    struct symbol_level *levels = arena_array(&image->arena, count, sizeof(*levels));
    for (size_t i = 0; i < count; i++) {
        Dwarf_Die *scope = &scopes[count - 1 - i];
        levels[i].function =
            i + 1 < count ? symbol_function_name(image, scope) : outer_name(image, scope, addr);
        levels[i].function_line = attribute_number(scope, DW_AT_decl_line);
        if (i + 1 < count)
            level_call_place(image, scope, &levels[i + 1]);
    }
    level_place(image, unit, addr, &levels[0]);
    *ret_count = count;
    return levels;
}

/* Code that no function of the debug information covers: there is none, or only lines (assembly,
 * split units whose other file is missing), or it lies between functions (start-up code, PLT). */
static const struct symbol_level *levels_from_symbols(struct image *image, uint64_t addr,
                                                      size_t *ret_count)
{
    struct symbol_level *level = arena_alloc(&image->arena, sizeof(*level));
    const struct image_symbol *symbol = image_symbol(image, addr, 1u << STT_FUNC);
    struct image_unit *unit = image_unit_at(image, addr);
    if (symbol) {
        const char *plain = demangle(&image->arena, symbol->name);
        level->function = plain ? plain : symbol->name;
    }
    if (unit)
        level_place(image, unit, addr, level);
    *ret_count = 1;
    return level;
}

static size_t answer_slot(const struct image *image, uint64_t addr)
{
    size_t mask = image->answer_capacity - 1;
    size_t at = (size_t)(addr * UINT64_C(0x9e3779b97f4a7c15) >> 20) & mask;
    while (image->answers[at] && image->answers[at]->addr != addr)
        at = (at + 1) & mask;
    return at;
}

static void answers_grow(struct image *image)
{
    struct image_answer **old = image->answers;
    size_t capacity = image->answer_capacity;
    image->answer_capacity = capacity ? capacity * 2 : 256;
    image->answers = memory_alloc(image->answer_capacity * sizeof(struct image_answer *));
    for (size_t i = 0; i < capacity; i++)
        if (old[i])
            image->answers[answer_slot(image, old[i]->addr)] = old[i];
    free(old);
}

const struct symbol_level *symbol_lookup(struct image *image, uint64_t addr, size_t *ret_count)
{
    image_load(image);
    if (image->answer_count * 2 >= image->answer_capacity)
        answers_grow(image);
    size_t at = answer_slot(image, addr);
    struct image_answer *answer = image->answers[at];
    if (!answer) {
        answer = arena_alloc(&image->arena, sizeof(*answer));
        answer->addr = addr;
        answer->levels = levels_from_dwarf(image, addr, &answer->count);
        if (!answer->levels)
            answer->levels = levels_from_symbols(image, addr, &answer->count);
        image->answers[at] = answer;
        image->answer_count++;
    }
    *ret_count = answer->count;
    return answer->levels;
}
