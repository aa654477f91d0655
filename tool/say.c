#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "settings.h"
#include "tool.h"

static char *text_format_list(const char *format, va_list arguments)
{
    char *text;
    CHECK_MSG(vasprintf(&text, format, arguments) >= 0, "out of memory");
    return text;
}

char *text_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = text_format_list(format, arguments);
    va_end(arguments);
    return text;
}

/* A stderr that is closed or full is nothing that a message could mend. */
static void say_list(const char *format, va_list arguments)
{
    char *text = text_format_list(format, arguments);
    char *line = text_format("racerun: %s\n", text);
    size_t length = 0;
    while (line[length])
        length++;
    if (write(STDERR_FILENO, line, length) < 0)
        (void)0;
    free(line);
    free(text);
}

void tool_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_list(format, arguments);
    va_end(arguments);
}

int tool_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_list(format, arguments);
    va_end(arguments);
    return EXIT_TOOL;
}

int tool_proc_pid(void)
{
    char text[16];
    ssize_t length = readlink("/proc/self", text, sizeof text - 1);
    if (length <= 0)
        return getpid();
    text[length] = 0;
    return atoi(text);
}

void print_version(void)
{
    printf("racerun %s\n", RACERUN_VERSION);
}

void print_help(void)
{
    fputs("usage: racerun [run] [OPTIONS] [--] PROGRAM [ARGUMENT...]\n"
          "       racerun [run] [OPTIONS] FILE.c... [COMPILER OPTIONS] [-- ARGUMENT...]\n"
          "       racerun cc|c++ COMPILER ARGUMENTS...\n"
          "       racerun explore [OPTIONS] PROGRAM [ARGUMENT...]\n"
          "       racerun replay [OPTIONS] FILE|TOKEN [PROGRAM [ARGUMENT...]]\n"
          "       racerun test [OPTIONS] PROGRAM... [@FILE...] [-- PROGRAM ARGUMENT...]...\n"
          "       racerun report [OPTIONS] FILE...\n"
          "       racerun explain ID|KIND|TOKEN|FILE [REPORT...]\n"
          "       racerun supp FILE...\n"
          "       racerun doctor [PROGRAM]\n"
          "\n"
          "Finds data races of C and C++ programs while they run.\n"
          "  FILE.c   compile with the instrumentation, then run\n",
          stdout);
#define COMMAND(name, function, operands, options, text)                                           \
    if (name[0] != '_')                                                                            \
        printf("  %-9s%s\n", name, text);
#include "commands.def"
    options_print(settings_table(), stdout);
    fputs(
        "\n"
        "Options are also read from RACERUN_OPTIONS=\"key=value:key=value\", then .racerun.conf,\n"
        "then TSAN_OPTIONS and GORACE (the names that mean the same there).\n"
        "RACERUN_CC and RACERUN_CXX name the compilers of cc and c++ (default: gcc, g++),\n"
        "RACERUN_GDB the debugger of replay --gdb; RACERUN_INLINE=0 keeps checks out of the code.\n"
        "\n"
        "Exit codes: 66 (--exit-code) when anything was found; else the program's own, 128+n when\n"
        "signal n killed it; 125 racerun cannot go on; 126 not executable; 127 not found.\n"
        "test: 66 anything was found, 1 a program failed without a finding, 0 all are clean.\n",
        stdout);
}
