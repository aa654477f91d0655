/*
 * racerun __completion bash|zsh|fish: what racerun knows of its commands and options, in a shell's
 * own words. The build puts it in place of @RACERUN_TABLE@ of completion/racerun.SHELL.in, which
 * has the shell's part: where the cursor is, and how files are offered.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "report/report.h"
#include "sched/sched.h"
#include "settings.h"
#include "tool.h"

/* DETECT and so on: a bit each. */
#define OPTION(...)
#include "proto/options.def"
#define GROUP(id, title) id##_AT,
enum group_index { OPTION_GROUPS };
#undef GROUP
#define GROUP(id, title) id = 1 << id##_AT,
enum group_bit { OPTION_GROUPS };
#undef GROUP
static const char *const titles[] = {
#define GROUP(id, title) [id##_AT] = title,
    OPTION_GROUPS
#undef GROUP
};

/* The commands for people. */
static const struct command {
    const char *name, *operands, *text;
    unsigned groups;
} commands[] = {
#define COMMAND(name, function, operands, options, text) {name, #operands, text, options},
#include "commands.def"
};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static bool command_is_shown(const struct command *command)
{
    return command->name[0] != '_';
}

static bool command_takes(const struct command *command, const struct option_spec *spec)
{
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (strcmp(titles[i], spec->group) == 0)
            return command->groups >> i & 1;
    return false;
}

/* ---- what an option's value can be ---- */

static bool takes_value(const struct option_spec *spec)
{
    return spec->kind != OPTION_FLAG && spec->kind != OPTION_LEVEL;
}

/* --NAME can be undone by --no-NAME. */
static bool is_switch(const struct option_spec *spec)
{
    return spec->kind == OPTION_FLAG && *spec->argument;
}

static void strategies_print(FILE *out)
{
    fputs("portfolio dpor dfs", out);
    for (uint32_t i = 0; strategy_name(i); i++)
        fprintf(out, " %s", strategy_name(i));
}

static void formats_print(FILE *out)
{
    for (size_t i = 0; report_format_name(i); i++)
        fprintf(out, "%s%s", i ? " " : "", report_format_name(i));
}

/* Of "any|N" what is meant as it stands: "any". */
static void alternatives_print(const char *argument, FILE *out)
{
    const char *blank = "";
    while (*argument) {
        size_t length = strcspn(argument, "|");
        if (islower((unsigned char)*argument)) {
            fprintf(out, "%s%.*s", blank, (int)length, argument);
            blank = " ";
        }
        argument += length + (argument[length] == '|');
    }
}

/* The words that may stand as the value; the caller frees. "" = not to be listed. */
static char *value_words(const struct option_spec *spec)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    CHECK_MSG(out, "out of memory");
    if (strcmp(spec->name, "strategy") == 0)
        strategies_print(out);
    else if (strcmp(spec->name, "format") == 0)
        formats_print(out);
    else
        alternatives_print(spec->argument, out);
    CHECK_MSG(fclose(out) == 0, "out of memory");
    return text;
}

static bool value_is_file(const struct option_spec *spec)
{
    return strcmp(spec->argument, "FILE") == 0 || strcmp(spec->argument, "PATH") == 0;
}

static bool value_is_folder(const struct option_spec *spec)
{
    return strcmp(spec->argument, "FOLDER") == 0 || strcmp(spec->argument, "PREFIX") == 0;
}

/* Up to its first pause, with `before` before each of the `special` characters. */
static void text_print(const char *text, const char *special, const char *before)
{
    for (; *text && *text != ';' && strncmp(text, " (", 2) != 0; text++) {
        if (strchr(special, *text))
            fputs(before, stdout);
        putchar(*text);
    }
}

/* The words that `explain` knows. */
static void kinds_print(const char *end)
{
    for (size_t i = 0; report_kind_name(i); i++) {
        putchar(' ');
        for (const char *at = report_kind_name(i); *at; at++)
            putchar(*at == ' ' ? '-' : *at);
    }
    puts(end);
}

/* ---- bash: functions that print words ---- */

static void bash_options(const struct command *command)
{
    struct option_table table = settings_table();
    printf("    %s) echo '", command->name);
    for (size_t i = 0; i < table.count; i++) {
        const struct option_spec *spec = &table.specs[i];
        if (!command_takes(command, spec))
            continue;
        printf("--%s%s ", spec->name, takes_value(spec) ? "=" : "");
        if (is_switch(spec))
            printf("--no-%s ", spec->name);
    }
    puts("' ;;");
}

static void bash_value(const struct option_spec *spec)
{
    char *words = value_words(spec);
    printf("    --%s", spec->name);
    if (spec->letter)
        printf(" | -%c", spec->letter);
    printf(") echo '%s' ;;\n", value_is_file(spec)     ? "<file>"
                               : value_is_folder(spec) ? "<folder>"
                               : *words                ? words
                                                       : "<any>");
    free(words);
}

static void bash_print(void)
{
    struct option_table table = settings_table();
    puts("# COMMAND: what its operands are; nothing for what is no command\n"
         "_racerun_operands() {\n    case $1 in");
    for (size_t i = 0; i < COMMANDS; i++)
        if (command_is_shown(&commands[i]))
            printf("    %s) echo %s ;;\n", commands[i].name, commands[i].operands);
    printf("    esac\n}\n_racerun_commands='");
    for (size_t i = 0; i < COMMANDS; i++)
        if (command_is_shown(&commands[i]))
            printf("%s%s", i ? " " : "", commands[i].name);
    fputs("'\n_racerun_kinds=(", stdout);
    kinds_print(")");
    puts("# COMMAND: its options\n_racerun_options() {\n    case $1 in");
    for (size_t i = 0; i < COMMANDS; i++)
        if (command_is_shown(&commands[i]))
            bash_options(&commands[i]);
    puts("    esac\n}\n# OPTION: its value's words or kind; nothing for a switch\n"
         "_racerun_values() {\n    case $1 in");
    for (size_t i = 0; i < table.count; i++)
        if (takes_value(&table.specs[i]))
            bash_value(&table.specs[i]);
    puts("    esac\n}\n# OPTION: the words that may follow its =, where it is a switch\n"
         "_racerun_switch() {\n    case $1 in");
    for (size_t i = 0; i < table.count; i++)
        if (is_switch(&table.specs[i]))
            printf("    --%s) echo 'yes no' ;;\n", table.specs[i].name);
    puts("    esac\n}");
}

/* ---- zsh: specifications for _arguments ---- */

static void zsh_text(const char *text)
{
    putchar('[');
    text_print(text, "[]:\\\"$`", "\\");
    putchar(']');
}

static void zsh_option(const struct option_spec *spec)
{
    fputs("        ", stdout);
    if (!takes_value(spec)) {
        printf("%s\"--%s", spec->kind == OPTION_LEVEL ? "\\*" : "", spec->name);
        zsh_text(spec->text);
        puts("\"");
        if (spec->letter)
            printf("        %s-%c\n", spec->kind == OPTION_LEVEL ? "\\*" : "", spec->letter);
        if (is_switch(spec))
            printf("        --no-%s\n", spec->name);
        return;
    }
    char *words = value_words(spec);
    if (spec->letter)
        printf("{-%c+,--%s=}", spec->letter, spec->name);
    else
        printf("--%s=", spec->name);
    putchar('"');
    zsh_text(spec->text);
    printf(":%s:", spec->name);
    if (value_is_file(spec))
        fputs("_files", stdout);
    else if (value_is_folder(spec))
        fputs("_files -/", stdout);
    else if (*words)
        printf("(%s)", words);
    puts("\"");
    free(words);
}

static void zsh_print(void)
{
    struct option_table table = settings_table();
    fputs("_racerun_table() {\nracerun_kinds=(", stdout);
    kinds_print(")");
    puts("racerun_commands=(");
    for (size_t i = 0; i < COMMANDS; i++)
        if (command_is_shown(&commands[i]))
            printf("    \"%s:%s\"\n", commands[i].name, commands[i].text);
    puts(")\ncase $1 in");
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!command_is_shown(&commands[i]))
            continue;
        printf("%s)\n    racerun_operands=%s\n    racerun_options=(\n", commands[i].name,
               commands[i].operands);
        for (size_t j = 0; j < table.count; j++)
            if (command_takes(&commands[i], &table.specs[j]))
                zsh_option(&table.specs[j]);
        puts("    ) ;;");
    }
    puts("esac\n}");
}

/* ---- fish: a `complete` each ---- */

static void fish_text(const char *text)
{
    fputs(" -d '", stdout);
    text_print(text, "'\\", "\\");
    puts("'");
}

/* complete -c racerun -n '...; and __racerun_is run explore' */
static void fish_begin(const struct option_spec *spec)
{
    fputs("complete -c racerun -n '__racerun_before_operands; and __racerun_is", stdout);
    for (size_t i = 0; i < COMMANDS; i++)
        if (command_takes(&commands[i], spec))
            printf(" %s", commands[i].name);
    putchar('\'');
}

static void fish_option(const struct option_spec *spec)
{
    char *words = value_words(spec);
    fish_begin(spec);
    printf(" -l %s", spec->name);
    if (spec->letter)
        printf(" -s %c", spec->letter);
    if (value_is_file(spec))
        fputs(" -r -F", stdout);
    else if (value_is_folder(spec))
        fputs(" -x -a '(__fish_complete_directories)'", stdout);
    else if (takes_value(spec))
        printf(" -x -a '%s'", words);
    fish_text(spec->text);
    free(words);
    if (is_switch(spec)) {
        fish_begin(spec);
        printf(" -l no-%s", spec->name);
        fish_text("not so");
    }
}

static void fish_print(void)
{
    struct option_table table = settings_table();
    fputs("set -g __racerun_commands", stdout);
    for (size_t i = 0; i < COMMANDS; i++)
        if (command_is_shown(&commands[i]))
            printf(" %s", commands[i].name);
    fputs("\nset -g __racerun_kinds", stdout);
    kinds_print("");
    for (size_t i = 0; i < COMMANDS; i++) {
        if (!command_is_shown(&commands[i]))
            continue;
        printf("complete -c racerun -n __racerun_at_first -a %s", commands[i].name);
        fish_text(commands[i].text);
        printf("complete -c racerun -n '__racerun_is %s' -a '(__racerun_operands %s)'\n",
               commands[i].name, commands[i].operands);
    }
    for (size_t i = 0; i < table.count; i++)
        fish_option(&table.specs[i]);
}

int cmd_completion(int argc, char **argv)
{
    const char *shell = argc == 1 ? argv[0] : "";
    if (strcmp(shell, "bash") == 0)
        bash_print();
    else if (strcmp(shell, "zsh") == 0)
        zsh_print();
    else if (strcmp(shell, "fish") == 0)
        fish_print();
    else
        return tool_fail("__completion wants one of bash, zsh and fish");
    return 0;
}
