/*
 * as: stands before the assembler in `racerun cc`, under its name in a folder of its own (-B): what
 * it assembles has the checks of as_rewrite.h, else nothing is changed. The assembler gets the new
 * text as its standard input, as from a compiler with -pipe, so nothing is left to be cleaned up.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "as_rewrite.h"
#include "base/check.h"

enum { NOT_FOUND = 127, UNEXECUTABLE = 126 };

static bool is_ourselves(const struct stat *file)
{
    struct stat own;
    return stat("/proc/self/exe", &own) == 0 && own.st_dev == file->st_dev &&
           own.st_ino == file->st_ino;
}

/* The first `as` in PATH that is not ourselves. */
static bool assembler_find(char ret_path[PATH_MAX])
{
    const char *list = getenv("PATH");
    for (const char *item = list ? list : "/bin:/usr/bin"; *item; item += *item == ':') {
        int length = (int)strcspn(item, ":");
        struct stat file;
        snprintf(ret_path, PATH_MAX, "%.*s/as", length, item);
        if (access(ret_path, X_OK) == 0 && stat(ret_path, &file) == 0 && S_ISREG(file.st_mode) &&
            !is_ourselves(&file))
            return true;
        item += length;
    }
    return false;
}

/* Where in the command the one file to assemble stands: 0, standard input; -1, there is no such
 * thing, or more than compilers ask for. */
static int input_find(int argc, char **argv)
{
    int found = 0;
    bool output = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        size_t length = strlen(word);
        if (strcmp(word, "-o") == 0 || strcmp(word, "-I") == 0 || strcmp(word, "--MD") == 0 ||
            strcmp(word, "--defsym") == 0) {
            output |= word[1] == 'o';
            i++;
        } else if (strcmp(word, "-") == 0 ||
                   (word[0] != '-' && length > 2 && strcmp(word + length - 2, ".s") == 0)) {
            if (found)
                return -1;
            found = i;
        } else if (word[0] != '-') {
            return -1;
        }
    }
    return output ? found : -1;
}

/* All that can be read; NULL: not to be read. */
static char *text_read(int descriptor, size_t *ret_length)
{
    size_t capacity = 1 << 16, length = 0;
    char *text = malloc(capacity);
    ssize_t count;
    while (text && (count = read(descriptor, text + length, capacity - length)) != 0) {
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            free(text);
            return NULL;
        }
        length += (size_t)count;
        if (length == capacity)
            text = realloc(text, capacity *= 2);
    }
    CHECK_MSG(text, "out of memory");
    *ret_length = length;
    return text;
}

static void text_become_input(const char *text, size_t length)
{
    int file = memfd_create("assembly", MFD_CLOEXEC);
    CHECK_MSG(file >= 0, "no memory for the assembly");
    for (size_t written = 0; written < length;) {
        ssize_t count = write(file, text + written, length - written);
        CHECK_MSG(count > 0 || errno == EINTR, "no memory for the assembly");
        written += count > 0 ? (size_t)count : 0;
    }
    CHECK(lseek(file, 0, SEEK_SET) == 0 && dup2(file, STDIN_FILENO) == STDIN_FILENO);
}

/* The input is rewritten, and then is what standard input has. */
static void input_rewrite(char **argv, int input)
{
    bool piped = input == 0 || strcmp(argv[input], "-") == 0;
    int descriptor = piped ? STDIN_FILENO : open(argv[input], O_RDONLY | O_CLOEXEC);
    size_t length, rewritten_length;
    char *text = descriptor < 0 ? NULL : text_read(descriptor, &length);
    if (!text)
        return; /* the assembler says why */
    char *rewritten = as_rewrite(text, length, &rewritten_length);
    if (rewritten)
        text_become_input(rewritten, rewritten_length);
    else if (piped)
        text_become_input(text, length);
    if (!piped && rewritten)
        argv[input] = (char *)"-";
    free(rewritten);
    free(text);
}

int main(int argc, char **argv)
{
    char assembler[PATH_MAX];
    if (!assembler_find(assembler)) {
        fputs("racerun: the assembler 'as' is not found; install binutils\n", stderr);
        return NOT_FOUND;
    }
    int input = input_find(argc, argv);
    if (input >= 0)
        input_rewrite(argv, input);
    argv[0] = assembler;
    execv(assembler, argv);
    fprintf(stderr, "racerun: cannot start %s: %s\n", assembler, strerror(errno));
    return UNEXECUTABLE;
}
