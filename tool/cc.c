#include "cc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "tool.h"
#include "words.h"

/* ---- which compiler ---- */

enum cc_family { FAMILY_GCC, FAMILY_CLANG };

static bool in_path(const char *name)
{
    const char *list = getenv("PATH");
    for (const char *item = list ? list : "/bin:/usr/bin"; *item; item += *item == ':') {
        int length = (int)strcspn(item, ":");
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%.*s/%s", length, item, name);
        if (access(path, X_OK) == 0)
            return true;
        item += length;
    }
    return false;
}

static const char *default_compiler(enum cc_language language)
{
    static const char *const known[2][3] = {{"gcc", "clang", "cc"}, {"g++", "clang++", "c++"}};
    for (size_t i = 0; i < 3; i++)
        if (in_path(known[language][i]))
            return known[language][i];
    return known[language][0];
}

/* `cc`, `c++` and wrappers of unknown name are asked. */
static enum cc_family family_ask(const struct words *compiler)
{
    char *command = text_format("%s", "");
    for (size_t i = 0; i < compiler->count; i++) {
        char *longer = text_format("%s'%s' ", command, compiler->items[i]);
        free(command);
        command = longer;
    }
    char *whole = text_format("%s--version 2>/dev/null", command);
    FILE *answer = popen(whole, "re");
    char text[512] = "";
    if (answer) {
        text[fread(text, 1, sizeof text - 1, answer)] = 0;
        pclose(answer);
    }
    free(whole);
    free(command);
    return strstr(text, "clang") ? FAMILY_CLANG : FAMILY_GCC;
}

static enum cc_family family_of(const struct words *compiler)
{
    for (size_t i = 0; i < compiler->count; i++) {
        const char *slash = strrchr(compiler->items[i], '/');
        const char *name = slash ? slash + 1 : compiler->items[i];
        if (strstr(name, "clang"))
            return FAMILY_CLANG;
        if (strstr(name, "gcc") || strstr(name, "g++"))
            return FAMILY_GCC;
    }
    return family_ask(compiler);
}

/* ---- what the command line asks for ---- */

struct cc_scan {
    bool input;           /* there is something to compile or link */
    bool code;            /* an input that is not assembly, an object or a library */
    bool stops_early;     /* -c, -S, -E, -M...: no link */
    bool relocatable;     /* -r */
    bool fully_static;    /* -static, -static-pie */
    bool uninstrumented;  /* -fno-sanitize=thread */
    bool own_assembler;   /* clang's is asked for, or writes what GNU's does not know */
    bool wide_vectors;    /* of more than 16 bytes may be used */
    bool edit;            /* words must be dropped or rewritten */
    const char *conflict; /* a sanitizer that excludes ours */
};

/* Is the word one of those in `list`, each with a space on both sides? */
static bool is_one_of(const char *word, const char *list)
{
    size_t length = strlen(word);
    for (const char *at = list; length && (at = strstr(at, word)); at++)
        if (at > list && at[-1] == ' ' && at[length] == ' ')
            return true;
    return false;
}

/* Options whose value is the next word. */
static bool takes_next_word(const char *word)
{
    return is_one_of(word, " -o -I -D -U -L -l -x -include -imacros -isystem -iquote -idirafter "
                           "-iprefix -iwithprefix -iwithprefixbefore -imultilib -isysroot "
                           "-MF -MT -MQ -Xlinker -Xclang -Xassembler -Xpreprocessor "
                           "-T -u -z -e -A -B -specs --param -aux-info -target -mllvm -arch "
                           "-wrapper -dumpbase -dumpbase-ext -dumpdir --sysroot ");
}

static bool stops_before_link(const char *word)
{
    return is_one_of(word, " -c -S -E -M -MM -fsyntax-only --compile --assemble --preprocess ");
}

static bool needs_own_assembler(const char *word)
{
    return is_one_of(word, " -fintegrated-as -integrated-as -gembed-source -faddrsig "
                           "-fpseudo-probe-for-profiling ");
}

static bool is_code(const char *file)
{
    const char *dot = strrchr(file, '.');
    return !dot || (!is_one_of(dot, " .o .a .so .s .S .sx .lo .la .ld ") && !strstr(file, ".so."));
}

#define SANITIZE "-fsanitize="
#define NO_SANITIZE "-fno-sanitize="

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static void scan_sanitizers(const char *list, bool negated, struct cc_scan *scan)
{
    static const char excluded[] = " address kernel-address hwaddress kernel-hwaddress leak memory "
                                   "dataflow ";
    char *copy = strdup(list);
    CHECK_MSG(copy, "out of memory");
    for (char *save, *name = strtok_r(copy, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
        bool thread = strcmp(name, "thread") == 0;
        if (negated)
            scan->uninstrumented |= thread || strcmp(name, "all") == 0;
        else if (thread)
            scan->edit = true;
        else if (is_one_of(name, excluded))
            scan->conflict = strdup(name);
    }
    free(copy);
}

/* Does it allow more than the processors that every program may count on have? */
static bool allows_wide_vectors(const char *word)
{
    static const char cpu[] = "-march=";
    return begins(word, "-mavx") ||
           (begins(word, cpu) && !is_one_of(word + strlen(cpu), " x86-64 x86-64-v2 "));
}

static void scan_option(const char *word, struct cc_scan *scan)
{
    scan->wide_vectors |= allows_wide_vectors(word);
    if (begins(word, SANITIZE))
        scan_sanitizers(word + strlen(SANITIZE), false, scan);
    else if (begins(word, NO_SANITIZE))
        scan_sanitizers(word + strlen(NO_SANITIZE), true, scan);
    else if (strcmp(word, "-ltsan") == 0)
        scan->edit = true;
    else if (stops_before_link(word))
        scan->stops_early = true;
    else if (strcmp(word, "-r") == 0)
        scan->relocatable = true;
    else if (strcmp(word, "-static") == 0 || strcmp(word, "-static-pie") == 0)
        scan->fully_static = true;
    else if (needs_own_assembler(word))
        scan->own_assembler = true;
    else if (begins(word, "-l"))
        scan->input = true;
}

static struct cc_scan scan_words(const struct words *words)
{
    struct cc_scan scan = {0};
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        bool option = word[0] == '-' && word[1];
        if (option)
            scan_option(word, &scan);
        else
            scan.input = true;
        /* After -x the suffix says nothing; take it for code. */
        scan.code |= strcmp(word, "-x") == 0 || (!option && is_code(word));
        i += option && takes_next_word(word);
    }
    return scan;
}

/* ---- the new command line ---- */

/* Adds a word of the user's without what is ours to decide. */
static void add_edited(struct words *out, char *word)
{
    if (strcmp(word, "-ltsan") == 0)
        return;
    if (!begins(word, SANITIZE)) {
        words_add(out, word);
        return;
    }
    char *kept = text_format("%s", SANITIZE);
    char *copy = strdup(word + strlen(SANITIZE));
    CHECK_MSG(copy, "out of memory");
    for (char *save, *name = strtok_r(copy, ",", &save); name; name = strtok_r(NULL, ",", &save))
        if (strcmp(name, "thread"))
            kept = text_format("%s%s%s", kept, kept[strlen(SANITIZE)] ? "," : "", name);
    free(copy);
    if (kept[strlen(SANITIZE)])
        words_add(out, kept);
}

/*
 * gcc expands calls of these with constant sizes into plain moves after it has instrumented the
 * code, so the accesses would not be seen. As real calls they are (our interceptors count them).
 * _FORTIFY_SOURCE's wrappers reach the same builtins under other names. clang calls __tsan_memcpy.
 */
static void add_no_builtins(struct words *out)
{
    static const char *const names[] = {"memcpy",  "memmove", "mempcpy", "memset",  "memcmp",
                                        "bcmp",    "bzero",   "bcopy",   "strcpy",  "stpcpy",
                                        "strncpy", "stpncpy", "strcat",  "strncat", "strcmp",
                                        "strncmp", "sprintf", "snprintf"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        words_add(out, text_format("-fno-builtin-%s", names[i]));
    words_add(out, "-Wp,-U_FORTIFY_SOURCE");
}

/* What is frequent is put into the code between compiler and assembler (as.c). clang has an
 * assembler in itself, which nothing can stand before; code written for it is left to it. */
static void add_inlining(struct words *out, const struct installation *installation,
                         enum cc_family family, const struct cc_scan *scan)
{
    const char *folder = text_format("%s/inline", installation->libraries);
    const char *wanted = getenv("RACERUN_INLINE");
    if ((wanted && strcmp(wanted, "0") == 0) || !scan->code || scan->own_assembler ||
        !in_path("as") || access(text_format("%s/as", folder), X_OK) != 0)
        return;
    words_add(out, text_format("-B%s/", folder));
    if (family == FAMILY_CLANG)
        words_add(out, "-fno-integrated-as");
}

static void add_instrumentation(struct words *out, const struct installation *installation,
                                enum cc_family family, const struct cc_scan *scan)
{
    if (family == FAMILY_CLANG)
        words_add(out, "--start-no-unused-arguments");
    if (!scan->uninstrumented) {
        if (family == FAMILY_CLANG) {
            words_add(out, "-Xclang");
            words_add(out, "-fsanitize=thread");
        } else {
            words_add(out, text_format("-specs=%s/racerun-gcc.specs", installation->libraries));
            words_add(out, "-Wno-tsan");
            add_no_builtins(out);
        }
        words_add(out, "-fno-omit-frame-pointer");
        add_inlining(out, installation, family, scan);
    }
    if (scan->code) /* before the user's own -g0 or -gdwarf-4, which win */
        words_add(out, "-g");
    if (installation->include[0]) {
        words_add(out, "-idirafter");
        words_add(out, installation->include);
    }
    if (family == FAMILY_CLANG)
        words_add(out, "--end-no-unused-arguments");
}

/* clang instruments code after it has vectorised it, but neither accesses of more than 16 bytes nor
 * those of selected elements (masked, gathered): loops that would make such ones stay as they are.
 * Behind the user's -O2, which would ask for them again. */
static void add_no_vectors(struct words *out)
{
    words_add(out, "--start-no-unused-arguments");
    words_add(out, "-fno-vectorize");
    words_add(out, "-fno-slp-vectorize");
    words_add(out, "--end-no-unused-arguments");
}

static void add_linker(struct words *out, const char *word)
{
    words_add(out, "-Xlinker");
    words_add(out, word);
}

static void add_library(struct words *out, const char *folder, const char *library)
{
    words_add(out, "-L");
    words_add(out, folder);
    words_add(out, library);
}

/* At the end, where every reference has been seen; by -l, which no earlier -x can touch. The
 * runtime of racerun/go.h is there for who refers to it. */
static void add_libraries(struct words *out, const char *folder, bool fully_static)
{
    if (fully_static) {
        add_library(out, folder, "-lracerun-hooks");
        return;
    }
    const char *runtime_folder = text_format("%s/..", folder);
    bool runtime = access(text_format("%s/libracerun-go.so", runtime_folder), R_OK) == 0;
    add_linker(out, "--push-state");
    add_linker(out, "-Bdynamic");
    add_linker(out, "--as-needed");
    if (runtime)
        add_library(out, runtime_folder, "-lracerun-go");
    add_library(out, folder, "-lracerun-hooks");
    add_linker(out, "--pop-state");
    add_linker(out, "-rpath");
    add_linker(out, folder);
    if (runtime) {
        add_linker(out, "-rpath");
        add_linker(out, runtime_folder);
    }
}

static void compiler_words(enum cc_language language, struct words *ret_words)
{
    const char *chosen = getenv(language == CC_CXX ? "RACERUN_CXX" : "RACERUN_CC");
    if (chosen)
        words_split(ret_words, chosen);
    if (!ret_words->count)
        words_add(ret_words, default_compiler(language));
}

char **cc_command(const struct installation *installation, enum cc_language language, int argc,
                  char **argv)
{
    struct words command = {0}, user = {0};
    if (language == CC_GIVEN && argc > 0) {
        words_add(&command, *argv++);
        argc--;
    } else {
        compiler_words(language, &command);
    }
    for (int i = 0; i < argc; i++)
        words_add_expanded(&user, argv[i], 0);
    struct cc_scan scan = scan_words(&user);
    if (scan.conflict) {
        tool_say("-fsanitize=%s cannot be combined with the race detector in one binary; leave it "
                 "out of this build",
                 scan.conflict);
        return NULL;
    }
    if (!scan.input) {
        words_add_all(&command, argv, (size_t)argc);
        return command.items;
    }
    enum cc_family family = family_of(&command);
    add_instrumentation(&command, installation, family, &scan);
    if (scan.edit)
        for (size_t i = 0; i < user.count; i++)
            add_edited(&command, user.items[i]);
    else
        words_add_all(&command, argv, (size_t)argc);
    if (family == FAMILY_CLANG && scan.wide_vectors && !scan.uninstrumented)
        add_no_vectors(&command);
    if (!scan.stops_early && !scan.relocatable)
        add_libraries(&command, installation->libraries, scan.fully_static);
    return command.items;
}
