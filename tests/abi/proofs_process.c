/* Proofs of interceptors_process.def. */
#include "proofs.h"

#include <dlfcn.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "proto/proto.h"

pid_t _Fork(void);

/* ---- fork: all that any task did is before the child ---- */

static void fork_writer(void)
{
    x = 1;
    reach(1);
    await(9);
}

static void fork_proof(pid_t (*how)(void))
{
    pthread_t thread = spawn(fork_writer);
    await(1);
    pid_t pid = how();
    if (pid == 0) {
        use(x);
        _exit(0);
    }
    must(waitpid(pid, NULL, 0) == pid);
    reach(9);
    join(thread);
}
PROOF(fork)
{
    fork_proof(fork);
}
PROOF(_Fork)
{
    fork_proof(_Fork);
}
/* Not through a pointer: the child of a real vfork must not return. */
PROOF(vfork)
{
    pthread_t thread = spawn(fork_writer);
    await(1);
    pid_t pid = vfork();
    if (pid == 0) {
        use(x);
        _exit(0);
    }
    must(waitpid(pid, NULL, 0) == pid);
    reach(9);
    join(thread);
}

static void prepare(void)
{
    use(x);
}
FIRST(__register_atfork)
{
    x = 1;
    pthread_atfork(prepare, NULL, NULL);
}
SECOND(__register_atfork)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    must(waitpid(pid, NULL, 0) == pid);
}

/* ---- exec: the new program is observed although it gets an empty environment ---- */

static char *const nothing[] = {NULL};
static char observed[] = "--observed";
#define ARGUMENTS                                                                                  \
    (char *const[])                                                                                \
    {                                                                                              \
        (char *)proof_program, observed, NULL                                                      \
    }

PROOF(execve)
{
    execve(proof_program, ARGUMENTS, nothing);
}
PROOF(execv)
{
    clearenv();
    execv(proof_program, ARGUMENTS);
}
PROOF(execvp)
{
    clearenv();
    execvp(proof_program, ARGUMENTS);
}
PROOF(execvpe)
{
    execvpe(proof_program, ARGUMENTS, nothing);
}
PROOF(execl)
{
    clearenv();
    execl(proof_program, proof_program, observed, (char *)NULL);
}
PROOF(execlp)
{
    clearenv();
    execlp(proof_program, proof_program, observed, (char *)NULL);
}
PROOF(execle)
{
    execle(proof_program, proof_program, observed, (char *)NULL, nothing);
}
PROOF(fexecve)
{
    fexecve(open(proof_program, O_RDONLY), ARGUMENTS, nothing);
}
PROOF(execveat)
{
    execveat(AT_FDCWD, proof_program, ARGUMENTS, nothing, 0);
}

PROOF(posix_spawn)
{
    pid_t pid;
    must(posix_spawn(&pid, proof_program, NULL, NULL, ARGUMENTS, nothing) == 0);
    must(waitpid(pid, NULL, 0) == pid);
}
PROOF(posix_spawnp)
{
    pid_t pid;
    must(posix_spawnp(&pid, proof_program, NULL, NULL, ARGUMENTS, nothing) == 0);
    must(waitpid(pid, NULL, 0) == pid);
}

static const char *command(void)
{
    static char text[4096];
    snprintf(text, sizeof text, "exec '%s' %s", proof_program, observed);
    return text;
}
PROOF(system)
{
    const char *text = command();
    clearenv();
    must(system(text) == 0);
}
PROOF(popen)
{
    const char *text = command();
    clearenv();
    FILE *stream = popen(text, "w");
    must(stream && pclose(stream) == 0);
}

/* ---- exit: a child's orderly end is in the journal ---- */

static struct proto_control *journal(void)
{
    int fd = open(getenv(PROTO_ENV), O_RDONLY);
    must(fd >= 0);
    void *base = mmap(NULL, PROTO_SIZE, PROT_READ, MAP_SHARED, fd, 0);
    must(base != MAP_FAILED);
    return base;
}

static bool exit_recorded(const struct proto_control *control, pid_t pid)
{
    const char *base = (const char *)control;
    for (uint64_t at = PROTO_LOG_OFFSET; at < atomic_load(&control->log_end);) {
        const struct proto_record *record = (const struct proto_record *)(base + at);
        if (record->type == RECORD_EXIT && record->pid == (uint32_t)pid)
            return true;
        at += record->size;
    }
    return false;
}

static void exit_proof(void (*end)(void))
{
    pid_t pid = fork();
    if (pid == 0)
        end();
    must(waitpid(pid, NULL, 0) == pid);
    if (exit_recorded(journal(), pid))
        effect();
}

#define EXIT_PROOF(name, call)                                                                     \
    static void end_by_##name(void)                                                                \
    {                                                                                              \
        call;                                                                                      \
    }                                                                                              \
    PROOF(name)                                                                                    \
    {                                                                                              \
        exit_proof(end_by_##name);                                                                 \
    }
EXIT_PROOF(_exit, _exit(0))
EXIT_PROOF(_Exit, _Exit(0))
EXIT_PROOF(quick_exit, quick_exit(0))
EXIT_PROOF(abort, abort())

/* ---- the loader ---- */

ORDERS(dlopen, must(dlopen(NULL, RTLD_NOW)), must(dlopen(NULL, RTLD_NOW)))
ORDERS(dlmopen, must(dlmopen(LM_ID_BASE, "libc.so.6", RTLD_NOW)),
       must(dlmopen(LM_ID_BASE, "libc.so.6", RTLD_NOW)))

/* The variable of an unloaded module is gone, with the write to it: what is mapped there next,
 * which the detector does not see, is new. */
static struct invisible_pointer loaded, variable;

FIRST(dlclose)
{
    void *module = dlopen(proof_module, RTLD_NOW);
    must(module);
    int *p = dlsym(module, "variable");
    *p = 1;
    invisible_send(&loaded, module);
    invisible_send(&variable, p);
}
SECOND(dlclose)
{
    must(dlclose(invisible_take(&loaded)) == 0);
    int *p = invisible_take(&variable);
    invisible_map(p);
    use(*p);
}
