/*
 * elf_check: what an executable file is, as far as observing it goes. Reads the file only.
 */
#ifndef RACERUN_TOOL_ELF_CHECK_H
#define RACERUN_TOOL_ELF_CHECK_H

#include <limits.h>
#include <stdbool.h>

enum elf_shape {
    SHAPE_ELF,     /* an x86-64 executable */
    SHAPE_FOREIGN, /* ELF, for another machine (32-bit, x32, ARM, ...) */
    SHAPE_SCRIPT,  /* begins with #! */
    SHAPE_OTHER,   /* neither; the kernel or a shell may know it */
};

/* Who provides the __tsan_* functions. */
enum elf_runtime {
    RUNTIME_NONE,         /* not instrumented */
    RUNTIME_HOOKS,        /* libracerun-hooks.so: built by `racerun cc` */
    RUNTIME_GCC,          /* libtsan.so.2: taken over */
    RUNTIME_CLANG,        /* libclang_rt.tsan-x86_64.so: taken over */
    RUNTIME_OTHER,        /* undefined in the file, from a library of unknown name */
    RUNTIME_STATIC,       /* clang's default or -static-libtsan: cannot be overridden */
    RUNTIME_STATIC_HOOKS, /* `racerun cc -static` */
};

struct elf_facts {
    enum elf_shape shape;
    enum elf_runtime runtime;
    bool instrumented;
    bool is_static;        /* no dynamic loader */
    bool debug_info;       /* DWARF is in the file */
    bool privileged;       /* setuid, setgid or file capabilities that take effect */
    bool foreign_libc;     /* musl or another loader than glibc's */
    const char *sanitizer; /* another sanitizer that is linked in, such as "address"; NULL = none */
    char interpreter[PATH_MAX]; /* dynamic loader, or of a script */
    char machine[32];           /* SHAPE_FOREIGN: its name */
    char compiler[128];         /* from .comment; "" = unknown */
};

/* 0, or a positive errno when the file cannot be read. A damaged ELF file is SHAPE_OTHER. */
int elf_check(const char *path, struct elf_facts *ret_facts);

/* One sentence for the user why this program can't be observed, and what to do; NULL when it can.
 * *ret_injectable: loading the detector still makes sense (for the children, or for its
 * synchronisation alone). Freed by the caller. */
char *elf_objection(const struct elf_facts *facts, const char *program, bool *ret_injectable);

#endif
