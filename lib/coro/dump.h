/*
 * dump: goroutines in words, for panics, fatal errors, deadlocks, SIGQUIT, stack overflows and
 * leaks.
 *
 * A dump is composed in memory of its own (mmap, never malloc: the heap may be what is broken) and
 * written at once. Stacks are unwound by libunwind, places told by libdw where it is installed
 * (symbol.c).
 */
#ifndef RACERUN_CORO_DUMP_H
#define RACERUN_CORO_DUMP_H

#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include "runtime.h"

/* ---- text.c ---- */
struct text {
    char *bytes;
    size_t length, capacity;
};
/* What does not fit any more, for lack of memory, is dropped. */
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Writes all of it and gives its memory back. */
void text_write(struct text *text, int fd);

/* ---- symbol.c ---- */
struct place {
    const char *function; /* NULL: unknown */
    const char *file;     /* NULL: unknown */
    int line;
    uintptr_t offset;   /* from the function's (else the module's) beginning */
    const char *module; /* NULL: unknown */
    bool inlined;       /* into the next one */
};
/* Calls visit for the function at pc, the inlined ones first. `after`: pc is a return address. */
void symbol_visit(uintptr_t pc, bool after, void (*visit)(const struct place *place, void *context),
                  void *context);
/* From now on by the dynamic linker's knowledge alone: in a process whose heap is stuck. */
void symbol_plain_only(void);

/* ---- trace.c ---- */
#define TRACE_PART 50
struct trace {
    size_t part;    /* at most so many frames at the top and so many at the bottom */
    size_t count;   /* of all frames */
    bool top_exact; /* the first is no return address */
    uintptr_t top[TRACE_PART];
    uintptr_t bottom[TRACE_PART]; /* a ring: frame i at i % part */
};
/* The stack that the context was taken on; from the return address `from`, if it is found. */
void trace_context(struct trace *trace, const unw_context_t *context, bool signal,
                   const void *from);
/* The stack of a goroutine that was switched away at sp. */
void trace_parked(struct trace *trace, void *sp, const void *from);

/* ---- dump.c ---- */
enum dump_who { DUMP_SELF, DUMP_ALL, DUMP_WAITING };
struct dump {
    struct text text;
    enum dump_who who;
    struct goroutine *self;       /* NULL: the scheduler */
    const unw_context_t *context; /* where self is; NULL: nobody runs */
    const void *from;
    size_t part;
    bool signal; /* the context is a signal's */
    bool live;   /* others may go on meanwhile: a stack is told only if it keeps still */
    bool (*chosen)(const struct goroutine *g, void *context); /* NULL: all of `who` */
    void *chosen_context;
    size_t told; /* how many goroutines were */
};
/* Adds the goroutines to the text, on a stack of its own. */
void dump_add(struct dump *dump);
/* The goroutine that runs here, without making one: NULL in the scheduler and in strange threads.
 */
struct goroutine *dump_self(void);
/* Around a dump, or symbol_visit, of a program that goes on: one at a time. */
void dump_one_begin(void);
void dump_one_end(void);
/* The process ends with exit code 2, after what is in stdout's buffer and the text. One thread gets
 * to the end; others wait for it for ever. _words writes the text so far: what comes then may find
 * the heap broken. */
void dump_last_begin(void);
void dump_last_words(struct dump *dump);
RGO_NORETURN void dump_last(struct dump *dump);

/* ---- leak.c ---- */
/* The goroutines that wait, but for main and the caller, among those that are chosen. Returns how many. */
size_t leaks_collect(struct text *ret_text,
                     bool (*chosen)(const struct goroutine *g, void *context), void *context);

/* ---- overflow.c ---- */
/* A fault in this thread until _end continues after the matching setjmp: for stacks that may
 * vanish. */
#include <setjmp.h>
void fault_escape_begin(sigjmp_buf *escape);
void fault_escape_end(void);

/* ---- defer.S ---- */
void stack_call(void (*fn)(void *), void *argument, void *top);

#endif
