/* The driver: `abi_proofs NAME` runs one proof, `abi_proofs --list` prints the table. */
#include "proofs.h"

#include "interpose/real.h"

/* A line of CONTROL has no effect here. */
#define DECLARE_SILENT(name) void proof_##name(void);
#define DECLARE_RACES(name) void proof_##name(void);
#define DECLARE_OUTPUT(name) void proof_##name(void);
#define DECLARE_CONTROL(name)
#define INTERCEPTOR(name, ret, params, rule, proof) DECLARE_##proof(name)
#include "interpose/interceptors.def"
#undef INTERCEPTOR

static const struct {
    const char *name, *kind;
    void (*run)(void);
} proofs[] = {
#define ENTRY_SILENT(name) {#name, "SILENT", proof_##name},
#define ENTRY_RACES(name) {#name, "RACES", proof_##name},
#define ENTRY_OUTPUT(name) {#name, "OUTPUT", proof_##name},
#define ENTRY_CONTROL(name)
#define INTERCEPTOR(name, ret, params, rule, proof) ENTRY_##proof(name)
#include "interpose/interceptors.def"
#undef INTERCEPTOR
};
enum { PROOFS = sizeof proofs / sizeof proofs[0] };

int x;
const char *proof_program, *proof_module;

static litmus_body *pair_first, *pair_second;

static void run_first(void)
{
    await(1000);
    pair_first();
    reach(1001);
    await(1002); /* its end is not before B */
}

static void run_second(void)
{
    await(1001);
    pair_second();
    reach(1002);
}

void proof_pair(litmus_body *first, litmus_body *second)
{
    pair_first = first;
    pair_second = second;
    pthread_t a = spawn(run_first);
    pthread_t b = spawn(run_second);
    reach(1000);
    join(a);
    join(b);
}

/* Prints "effect" when this process has the injected library in it. */
static int observed(void)
{
    static char text[1 << 20];
    int fd = open("/proc/self/environ", O_RDONLY);
    ssize_t size = read(fd, text, sizeof text - 1);
    for (char *at = text; at < text + size; at += strlen(at) + 1)
        if (strncmp(at, "RACERUN_JOURNAL=", 16) == 0)
            effect();
    return 0;
}

int main(int argc, char **argv)
{
    proof_program = argv[0];
    proof_module = getenv("PROOF_MODULE");
    if (argc == 2 && strcmp(argv[1], "--observed") == 0)
        return observed();
    for (int i = 0; i < PROOFS; i++) {
        if (argc == 2 && strcmp(argv[1], "--list") == 0)
            printf("%s %s\n", proofs[i].name, proofs[i].kind);
        else if (argc == 2 && strcmp(argv[1], proofs[i].name) == 0) {
            proofs[i].run();
            return 0;
        }
    }
    return argc == 2 && strcmp(argv[1], "--list") == 0 ? 0 : 2;
}
