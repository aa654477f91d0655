#include "sources.h"

#include <errno.h>
#include <libgen.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cc.h"
#include "tool.h"
#include "words.h"

static bool is_cxx_name(const char *name)
{
    static const char *const suffixes[] = {".cc", ".cpp", ".cxx", ".c++", ".C"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (strcmp(dot, suffixes[i]) == 0)
            return true;
    return false;
}

bool sources_is_file(const char *name)
{
    const char *dot = strrchr(name, '.');
    struct stat st;
    if (!dot || (strcmp(dot, ".c") != 0 && !is_cxx_name(name)))
        return false;
    return stat(name, &st) == 0 && S_ISREG(st.st_mode);
}

/* An option of racerun after the file names. -O2 and the like are the compiler's, and so is what
 * both know (-v, --help). Returns how many arguments it is: 0 or 1, or -1 after an error. */
static int own_option(struct settings *settings, char *word)
{
    if (strncmp(word, "--", 2) != 0)
        return 0;
    const char *name = word + 2;
    size_t length = strcspn(name, "=");
    const struct option_spec *spec = options_find(settings_table(), name, length);
    if (!spec || strcmp(spec->name, "help") == 0 || strcmp(spec->name, "version") == 0 ||
        strcmp(spec->name, "verbose") == 0)
        return 0;
    int index = 0;
    char *one[] = {word, NULL};
    return settings_parse(settings, 1, one, &index) < 0 ? -1 : 1;
}

/* What the user gave, up to `--`, into words for the compiler. 0 or the exit code. */
static int words_take(struct settings *settings, int argc, char **argv, int *ret_used,
                      struct words *ret_words, bool *ret_cxx)
{
    int i = 0;
    for (; i < argc && strcmp(argv[i], "--") != 0; i++) {
        int own = own_option(settings, argv[i]);
        if (own < 0)
            return EXIT_TOOL;
        if (own)
            continue;
        *ret_cxx |= is_cxx_name(argv[i]);
        words_add(ret_words, argv[i]);
    }
    *ret_used = i + (i < argc);
    return 0;
}

static int folder_make(struct sources *sources, const char *source)
{
    const char *base = getenv("TMPDIR");
    snprintf(sources->folder, sizeof sources->folder, "%s/racerun-XXXXXX",
             base && *base ? base : "/tmp");
    if (!mkdtemp(sources->folder)) {
        tool_say("cannot make a folder like %s: %s", sources->folder, strerror(errno));
        sources->folder[0] = 0;
        return EXIT_TOOL;
    }
    char *copy = text_format("%s", source);
    char *name = basename(copy);
    *strrchr(name, '.') = 0;
    snprintf(sources->program, sizeof sources->program, "%s/%.200s", sources->folder,
             *name ? name : "program");
    free(copy);
    return 0;
}

static int compile(char **command)
{
    pid_t pid;
    int status;
    int error = posix_spawnp(&pid, command[0], NULL, NULL, command, environ);
    if (error)
        return tool_fail("cannot start the compiler %s: %s", command[0], strerror(error));
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return tool_fail("cannot wait for the compiler: %s", strerror(errno));
    if (WIFSIGNALED(status))
        return tool_fail("the compiler was killed by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status) ? EXIT_TOOL : 0;
}

int sources_build(const struct installation *installation, struct settings *settings, int argc,
                  char **argv, int *ret_used, struct sources *ret_sources)
{
    struct words words = {0};
    bool cxx = false;
    int code = words_take(settings, argc, argv, ret_used, &words, &cxx);
    if (!code)
        code = folder_make(ret_sources, argv[0]);
    if (!code) {
        static const char *const rest[] = {"-pthread", "-lm", "-o"};
        words_add_all(&words, (char *const *)rest, sizeof rest / sizeof rest[0]);
        words_add(&words, ret_sources->program);
        char **command =
            cc_command(installation, cxx ? CC_CXX : CC_C, (int)words.count, words.items);
        code = command ? compile(command) : EXIT_TOOL;
    }
    free(words.items);
    if (code)
        sources_done(ret_sources);
    return code;
}

void sources_done(struct sources *sources)
{
    if (!sources->folder[0])
        return;
    unlink(sources->program);
    rmdir(sources->folder);
    sources->folder[0] = 0;
}
