/*
 * symbols: what the reports' symboliser needs for many different places of one large program.
 *
 *     usage: symbols FILE [N]
 *
 * N (10,000) addresses, spread evenly over the functions of the ELF file FILE. Prints how many have
 * a source line, how many levels of inlined calls they have in all, and the CPU time of this
 * process, user and kernel, from the opening of the file on; of that, opening and its indexes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/image.h"
#include "report/symbol.h"
#include "report/variable.h"

static double cpu_s(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* The symbols of functions, each address once. */
static size_t functions_of(const struct image *image, const struct image_symbol **ret_functions)
{
    size_t count = 0;
    for (size_t i = 0; i < image->symbol_count; i++) {
        const struct image_symbol *symbol = &image->symbols[i];
        if (symbol->type == STT_FUNC && (!count || ret_functions[count - 1]->addr != symbol->addr))
            ret_functions[count++] = symbol;
    }
    return count;
}

/* Further rounds over the same functions take other places in them. */
static void places_choose(const struct image *image, uint64_t *places, size_t n)
{
    const struct image_symbol **functions = calloc(image->symbol_count + 1, sizeof(*functions));
    size_t count = functions_of(image, functions);
    for (size_t i = 0; i < n && count; i++) {
        const struct image_symbol *symbol = functions[n < count ? i * count / n : i % count];
        places[i] = symbol->addr + (symbol->size / 2 + i / count * 16) % symbol->size;
    }
    free(functions);
}

/* CPU seconds until a variable has its name; negative if there is none. */
static double variable_s(struct image *image)
{
    struct arena arena = {0};
    struct variable variable;
    double begin = cpu_s(), spent = -1;
    for (size_t i = 0; i < image->symbol_count && spent < 0; i++)
        if (image->symbols[i].type == STT_OBJECT &&
            variable_find(image, &arena, image->symbols[i].addr, 1, false, &variable) &&
            variable.type)
            spent = cpu_s() - begin;
    arena_done(&arena);
    return spent;
}

int main(int argc, char **argv)
{
    size_t n = argc > 2 ? strtoul(argv[2], NULL, 0) : 10000, lines = 0, levels = 0;
    if (argc < 2 || n == 0) {
        fprintf(stderr, "usage: symbols FILE [N]\n");
        return 2;
    }
    char *path = realpath(argv[1], NULL);
    struct image *image = image_create(path ? path : argv[1], (const uint8_t *)"", 0, "");
    double begin = cpu_s();
    enum image_state state = image_load(image);
    double loaded = cpu_s();
    uint64_t *places = calloc(n, sizeof(*places));
    places_choose(image, places, n);
    double chosen = cpu_s();
    for (size_t i = 0; i < n; i++) {
        size_t count;
        const struct symbol_level *level = symbol_lookup(image, places[i], &count);
        lines += level->file && level->line;
        levels += count;
    }
    double end = cpu_s();
    printf("%s: %zu units, %zu symbols%s; %zu places, %zu with a line, %zu levels: "
           "%.3f s of CPU, %.3f s of it opening; a variable %.3f s\n",
           image->name, image->unit_count, image->symbol_count,
           state == IMAGE_DEBUG ? "" : " (no debug information)", n, lines, levels,
           end - chosen + loaded - begin, loaded - begin, variable_s(image));
    free(places);
    free(path);
    image_destroy(image);
    return 0;
}
