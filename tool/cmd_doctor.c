/*
 * racerun doctor [OPTION...] [PROGRAM]: what this machine and this binary can and cannot show.
 *
 * One line a fact: `ok`, `warn` (works, with the restriction named) or `fail` (racerun cannot do
 * its job; what to do is named). Exit code 1 when anything failed.
 */
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "elf_check.h"
#include "installation.h"
#include "journal.h"
#include "launch.h"
#include "program.h"
#include "report/report.h"
#include "settings.h"
#include "tool.h"

enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL };

static bool anything_failed;

static void line(enum verdict verdict, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void line(enum verdict verdict, const char *format, ...)
{
    static const char *const words[] = {"ok", "warn", "fail"};
    va_list arguments;
    printf("%-6s", words[verdict]);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    anything_failed |= verdict == VERDICT_FAIL;
}

/* ---- small readers ---- */

/* The first line of a file or of a command's output; false when there is none. */
static bool stream_line(FILE *stream, char *ret_text, size_t size)
{
    if (!stream || !fgets(ret_text, (int)size, stream))
        return false;
    ret_text[strcspn(ret_text, "\n")] = 0;
    return true;
}

static bool file_line(const char *path, char *ret_text, size_t size)
{
    FILE *file = fopen(path, "re");
    bool got = stream_line(file, ret_text, size);
    if (file)
        fclose(file);
    return got;
}

/* The value of `name` in a file of lines such as "MemAvailable:  123 kB". */
static bool file_value(const char *path, const char *name, char *ret_text, size_t size)
{
    FILE *file = fopen(path, "re");
    bool found = false;
    while (!found && stream_line(file, ret_text, size))
        found = strncmp(ret_text, name, strlen(name)) == 0;
    if (file)
        fclose(file);
    return found;
}

/* ---- the machine ---- */

#define GIB (UINT64_C(1) << 30)
#define MIB (UINT64_C(1) << 20)

static void check_kernel(void)
{
    struct utsname name;
    unsigned major = 0, minor = 0;
    if (uname(&name) < 0 || sscanf(name.release, "%u.%u", &major, &minor) != 2)
        line(VERDICT_WARN, "kernel: version unknown");
    else if (major < 4 || (major == 4 && minor < 18))
        line(VERDICT_WARN, "kernel: %s is older than what racerun is tested with (4.18)",
             name.release);
    else
        line(VERDICT_OK, "kernel: %s", name.release);
    if (access("/proc/self/maps", R_OK) < 0)
        line(VERDICT_FAIL, "/proc is not mounted; racerun cannot find itself or the journal");
}

static void check_address_space(void)
{
    char text[4096];
    struct rlimit limit;
    if (file_line("/proc/sys/vm/mmap_rnd_bits", text, sizeof text))
        line(VERDICT_OK, "address space randomisation: vm.mmap_rnd_bits = %s (any value works)",
             text);
    else
        line(VERDICT_OK, "address space randomisation: any value works (only root may read it)");
    bool la57 = file_value("/proc/cpuinfo", "flags", text, sizeof text) && strstr(text, " la57");
    line(VERDICT_OK, "paging: %s", la57 ? "5 levels (57-bit addresses)" : "4 levels");
    if (getrlimit(RLIMIT_AS, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY)
        line(VERDICT_OK, "address space: unlimited (ulimit -v)");
    else if (limit.rlim_cur < GIB)
        line(VERDICT_FAIL,
             "address space: ulimit -v is %llu MiB, the detector needs more than 1024 MiB; say "
             "ulimit -v unlimited",
             (unsigned long long)(limit.rlim_cur / MIB));
    else
        line(VERDICT_WARN,
             "address space: ulimit -v is %llu MiB; the detector needs several times the memory of "
             "the program",
             (unsigned long long)(limit.rlim_cur / MIB));
}

static void check_memory(void)
{
    char text[256];
    if (file_line("/proc/sys/vm/overcommit_memory", text, sizeof text) && text[0] == '2')
        line(VERDICT_WARN, "overcommit: vm.overcommit_memory is 2 (strict); large reservations may "
                           "be refused");
    else
        line(VERDICT_OK, "overcommit: allowed");
    unsigned long long kib = 0;
    if (!file_value("/proc/meminfo", "MemAvailable:", text, sizeof text) ||
        sscanf(text, "MemAvailable: %llu", &kib) != 1)
        line(VERDICT_WARN, "memory: unknown");
    else
        line(kib < 512 * 1024 ? VERDICT_WARN : VERDICT_OK, "memory: %llu MiB available",
             kib / 1024);
}

/* ---- racerun's own means ---- */

/* Starts this executable under the detector; does it attach? */
static bool injection_works(const struct journal *journal, const char *preload)
{
    char *argv[] = {"racerun", "--version", NULL};
    char *path = journal_path(journal);
    char **environment = launch_environment(preload, path, NULL);
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int status = -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&pid, "/proc/self/exe", &actions, NULL, argv, environment) == 0)
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    posix_spawn_file_actions_destroy(&actions);
    free(path);
    return status == 0 && atomic_load(&journal->control->processes) > 0;
}

static void check_injection(void)
{
    static struct installation installation;
    struct proto_options options = {.report_races = 1, .findings_max = 1};
    struct journal journal;
    const char *what;
    if (installation_find(&installation) < 0 || installation_preload(&installation) < 0) {
        line(VERDICT_FAIL, "installation: incomplete, see the message above");
        return;
    }
    line(VERDICT_OK, "installation: %s", installation.libraries);
    int error = journal_create(&journal, &options, installation.preload, &what);
    if (error < 0) {
        line(VERDICT_FAIL, "journal: %s: %s", what, strerror(-error));
        return;
    }
    line(VERDICT_OK, "journal: memfd of %llu MiB", (unsigned long long)(journal.size / MIB));
    if (injection_works(&journal, installation.preload))
        line(VERDICT_OK, "injection: LD_PRELOAD works");
    else
        line(VERDICT_FAIL, "injection: the detector was not loaded by LD_PRELOAD; is this a "
                           "restricted environment?");
    journal_destroy(&journal);
}

static bool check_compiler(const char *name)
{
    char text[256] = "";
    char *command = text_format("%s --version 2>/dev/null", name);
    FILE *answer = popen(command, "re");
    bool found = stream_line(answer, text, sizeof text);
    if (answer)
        pclose(answer);
    free(command);
    if (found)
        line(VERDICT_OK, "compiler: %s (%s)", name, text);
    return found;
}

static void check_compilers(void)
{
    const char *chosen = getenv("RACERUN_CC");
    bool found = false;
    if (chosen && *chosen) {
        found = check_compiler(chosen);
        if (!found)
            line(VERDICT_WARN, "compiler: RACERUN_CC=%s does not work", chosen);
    }
    found |= check_compiler("gcc");
    found |= check_compiler("clang");
    if (!found)
        line(VERDICT_WARN, "compiler: neither gcc nor clang is installed; `racerun cc` needs one");
    line(VERDICT_OK, "debug information: read by libdw %s", dwfl_version(NULL));
}

/* ---- the program ---- */

static void check_shape(const struct elf_facts *facts, const char *program)
{
    if (facts->shape == SHAPE_SCRIPT)
        line(VERDICT_OK, "%s is a script of %s; the programs that it starts are observed", program,
             facts->interpreter);
    else if (facts->shape == SHAPE_OTHER)
        line(VERDICT_WARN, "%s is no ELF file; if a shell runs it, what it starts is observed",
             program);
    else
        line(VERDICT_OK, "%s is a 64-bit x86 program, dynamically linked", program);
}

static void check_instrumentation(const struct elf_facts *facts)
{
    static const char *const runtimes[] = {
        [RUNTIME_NONE] = "none",
        [RUNTIME_HOOKS] = "`racerun cc`",
        [RUNTIME_GCC] = "-fsanitize=thread; libtsan is replaced",
        [RUNTIME_CLANG] = "-fsanitize=thread -shared-libsan; its runtime is replaced",
        [RUNTIME_OTHER] = "the detector's functions come from a library",
        [RUNTIME_STATIC] = "a static runtime",
        [RUNTIME_STATIC_HOOKS] = "`racerun cc -static`",
    };
    if (facts->compiler[0])
        line(VERDICT_OK, "compiled by %s", facts->compiler);
    if (facts->instrumented)
        line(VERDICT_OK, "instrumented (%s)", runtimes[facts->runtime]);
    else
        line(VERDICT_WARN, "not instrumented: only its synchronisation is checked; build it with "
                           "`racerun cc` (instrumented libraries of it are still observed)");
}

static void check_debug_info(const char *path, const struct elf_facts *facts, const char *folders)
{
    char *lack = report_debug_lack(path, folders);
    if (lack)
        line(VERDICT_WARN, "%s %s", path, lack);
    else
        line(VERDICT_OK, "debug information present%s",
             facts->debug_info ? "" : " (separate file)");
    free(lack);
}

static int check_program(const char *name, const char *debug_path)
{
    char path[PATH_MAX];
    struct elf_facts facts;
    bool injectable;
    int code = program_resolve(name, path);
    if (code)
        return code;
    int error = elf_check(path, &facts);
    if (error) {
        line(VERDICT_WARN, "%s cannot be read (%s); it can still be run", name, strerror(error));
        return 0;
    }
    char *objection = elf_objection(&facts, name, &injectable);
    if (objection)
        line(VERDICT_FAIL, "%s", objection);
    else
        check_shape(&facts, name);
    if (facts.shape == SHAPE_ELF) {
        check_instrumentation(&facts);
        check_debug_info(path, &facts, debug_path);
    }
    free(objection);
    return 0;
}

int cmd_doctor(int argc, char **argv)
{
    struct settings settings;
    int index = 0;
    if (settings_load(&settings, NULL) < 0 || settings_parse(&settings, argc, argv, &index) < 0)
        return EXIT_TOOL;
    argc -= index;
    argv += index;
    if (argc > 1)
        return tool_fail("usage: racerun doctor [--debug-path=FOLDER] [PROGRAM]");
    check_kernel();
    check_address_space();
    check_memory();
    check_injection();
    check_compilers();
    int code = argc ? check_program(argv[0], settings.debug_path) : 0;
    return code ? code : anything_failed;
}
