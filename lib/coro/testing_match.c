/* Which tests are to run: patterns of regular expressions, one for each level of names. */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"

/* The end of a level that begins here: a '/' that is in no brackets, or the text's end. */
static const char *level_end(const char *at)
{
    int round = 0;
    bool square = false;
    for (; *at; at++) {
        if (*at == '\\' && at[1])
            at++;
        else if (*at == '[' || *at == ']')
            square = *at == '[';
        else if (!square && (*at == '(' || *at == ')'))
            round += *at == '(' ? 1 : -1;
        else if (*at == '/' && !square && round <= 0)
            break;
    }
    return at;
}

static char *level_copy(const char *from, const char *end)
{
    char *copy = test_memory((size_t)(end - from) + 1);
    memcpy(copy, from, (size_t)(end - from));
    return copy;
}

static bool level_matches(const char *pattern, const char *pattern_end, const char *name,
                          const char *name_end)
{
    char *words = level_copy(pattern, pattern_end), *subject = level_copy(name, name_end);
    regex_t regex;
    bool matches = regcomp(&regex, words, REG_EXTENDED | REG_NOSUB) == 0;
    if (matches) {
        matches = regexec(&regex, subject, 0, NULL, 0) == 0;
        regfree(&regex);
    }
    free(words);
    free(subject);
    return matches;
}

bool test_matches(const char *pattern, const char *name, bool *ret_whole)
{
    *ret_whole = true;
    while (pattern) {
        const char *pattern_end = level_end(pattern), *name_end = strchrnul(name, '/');
        if (!level_matches(pattern, pattern_end, name, name_end))
            return false;
        if (!*pattern_end)
            return true;
        *ret_whole = *name_end;
        if (!*name_end)
            return true;
        pattern = pattern_end + 1;
        name = name_end + 1;
    }
    return true;
}

bool test_pattern_check(const char *pattern, char *ret_wrong, size_t size)
{
    for (const char *end; pattern; pattern = *end ? end + 1 : NULL) {
        end = level_end(pattern);
        char *words = level_copy(pattern, end);
        regex_t regex;
        int error = regcomp(&regex, words, REG_EXTENDED | REG_NOSUB);
        free(words);
        if (error) {
            regerror(error, &regex, ret_wrong, size);
            return false;
        }
        regfree(&regex);
    }
    return true;
}
