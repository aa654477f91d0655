/*
 * racerun: the command line. Finds the command and runs it.
 *
 * The first argument names a command when it is one of the table; anything else, options included,
 * belongs to `run`. A program whose name is a command's is run as ./name or `racerun run name`.
 */
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "settings.h"
#include "tool.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
};

static int cmd_man_options(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    options_print_man(settings_table(), stdout);
    return 0;
}

static int cmd_man_operations(int argc, char **argv)
{
    (void)argc;
    (void)argv;
#define OP(name, semantics, role, words) puts(".TP 16\n.B " #name "\n" words);
#include "trace/ops.def"
#undef OP
    return 0;
}

static int cmd_help(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    print_help();
    return 0;
}

static const struct command commands[] = {
#define COMMAND(name, function, operands, options, text) {name, function},
#include "commands.def"
};

static const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

/*
 * Descriptors 0 to 2 that came closed are filled, so that no file of ours can land there and be
 * written to by accident. They close on exec: the program sees what it would have seen.
 */
static void standard_descriptors_fill(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", O_RDWR | O_CLOEXEC);
}

/* racerun-cc and racerun-c++ are links to racerun, for who needs a compiler in one word. */
static const char *command_of_link(char *argv0)
{
    const char *name = basename(argv0);
    if (strcmp(name, "racerun-cc") == 0)
        return "cc";
    if (strcmp(name, "racerun-c++") == 0)
        return "c++";
    return NULL;
}

int main(int argc, char **argv)
{
    standard_descriptors_fill();
    if (argc < 1)
        return EXIT_TOOL;
    const char *linked = command_of_link(argv[0]);
    if (linked)
        return command_find(linked)->run(argc - 1, argv + 1);
    if (argc < 2)
        return cmd_run(0, argv + 1);
    const struct command *command = command_find(argv[1]);
    if (!command)
        return cmd_run(argc - 1, argv + 1);
    return command->run(argc - 2, argv + 2);
}
