/*
 * words: a growing NULL-terminated list of strings, such as an argv. Strings are not owned.
 */
#ifndef RACERUN_TOOL_WORDS_H
#define RACERUN_TOOL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
    char **items; /* NULL while empty */
    size_t count, capacity;
};

void words_add(struct words *words, const char *word);
void words_add_all(struct words *words, char *const *list, size_t count);

/* Splits at white space, with the quotes and backslashes of a compiler's response file. */
void words_split(struct words *words, const char *text);

/* As the compilers do: @FILE stands for the words in FILE; nested, unless it cannot be read. */
void words_add_expanded(struct words *words, const char *word, unsigned depth);

#endif
