#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

void words_add(struct words *words, const char *word)
{
    if (words->count + 1 >= words->capacity) {
        words->capacity = words->capacity ? 2 * words->capacity : 32;
        words->items = realloc(words->items, words->capacity * sizeof *words->items);
        CHECK_MSG(words->items, "out of memory");
    }
    words->items[words->count++] = (char *)word;
    words->items[words->count] = NULL;
}

void words_add_all(struct words *words, char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        words_add(words, list[i]);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* One word, unquoted, into `out` (large enough); returns where the text goes on. */
static const char *word_read(const char *text, char *out)
{
    char quote = 0;
    for (; *text && (quote || !is_space(*text)); text++) {
        if (*text == '\\' && text[1])
            *out++ = *++text;
        else if (quote && *text == quote)
            quote = 0;
        else if (!quote && (*text == '\'' || *text == '"'))
            quote = *text;
        else
            *out++ = *text;
    }
    *out = 0;
    return text;
}

void words_split(struct words *words, const char *text)
{
    for (;;) {
        while (is_space(*text))
            text++;
        if (!*text)
            return;
        char *word = malloc(strlen(text) + 1);
        CHECK_MSG(word, "out of memory");
        text = word_read(text, word);
        words_add(words, word);
    }
}

static char *file_read(const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    char *text = NULL;
    size_t capacity = 0;
    ssize_t length = getdelim(&text, &capacity, 0, file);
    fclose(file);
    if (length >= 0)
        return text;
    free(text);
    return strdup("");
}

#define RESPONSE_FILES_NESTED_MAX 20u

void words_add_expanded(struct words *words, const char *word, unsigned depth)
{
    char *text = word[0] == '@' && depth < RESPONSE_FILES_NESTED_MAX ? file_read(word + 1) : NULL;
    if (!text) {
        words_add(words, word);
        return;
    }
    struct words inner = {0};
    words_split(&inner, text);
    for (size_t i = 0; i < inner.count; i++)
        words_add_expanded(words, inner.items[i], depth + 1);
    free(inner.items);
    free(text);
}
