/*
 * Panics and fatal errors: their words and their end. Deferred calls run first, then an uncaught
 * panic prints all that led to it, as Go does: panic: first [recovered] panic: second
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chan.h"
#include "dump.h"
#include "finding.h"
#include "panic.h"

#define TEXT_PANIC_MAX (64u << 10)

static void panics_print(struct text *text, const struct panic *p)
{
    if (p->older) {
        panics_print(text, p->older);
        if (!p->older->exit)
            text_add(text, "\t");
    }
    if (!p->exit)
        text_add(text, "panic: %s%s\n", p->shown.text, p->recovered ? " [recovered]" : "");
}

RGO_NORETURN static void panic_die(struct goroutine *g, const struct panic *p)
{
    unw_context_t context;
    unw_getcontext(&context);
    dump_last_begin();
    finding_end(RGO_FINDING_PANIC, p->shown.text, p->channel ? OBJECT(CHANNEL, p->channel) : NULL,
                &context, p->pc);
    struct dump dump = {.who = DUMP_SELF, .self = g, .context = &context, .from = p->pc};
    panics_print(&dump.text, p);
    text_add(&dump.text, "\n");
    dump_last_words(&dump);
    dump_add(&dump);
    dump_last(&dump);
}

/* p is malloc'ed. */
RGO_NORETURN static void panic_start(struct panic *p)
{
    struct goroutine *g = goroutine_self();
    defers_work_off(g, p);
    panic_die(g, p);
}

static struct panic *panic_new(size_t length)
{
    struct panic *p = calloc(1, sizeof *p + length + 1);
    if (!p)
        fatal_text("runtime: cannot allocate memory for a panic");
    p->shown.text = p->text;
    return p;
}

static struct panic *panic_of_words(const char *words)
{
    size_t length = strnlen(words, TEXT_PANIC_MAX);
    struct panic *p = panic_new(length);
    memcpy(p->text, words, length);
    return p;
}

void panic_text(const char *words)
{
    runtime_start();
    panic_start(panic_of_words(words));
}

void panic_on_channel(const char *words, const struct rgo_chan *c)
{
    struct panic *p = panic_of_words(words);
    p->channel = c;
    panic_start(p);
}

void rgo_panic(const char *format, ...)
{
    runtime_start();
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    struct panic *p = panic_new(length < 0 ? 0 : (size_t)length);
    if (length > 0)
        vsnprintf(p->text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(list);
    p->pc = __builtin_return_address(0);
    panic_start(p);
}

void rgo_panic_value(void *value, const char *description)
{
    runtime_start();
    struct panic *p = panic_of_words(description ? description : "(no description)");
    p->shown.value = value;
    p->pc = __builtin_return_address(0);
    panic_start(p);
}

void fatal_text(const char *words)
{
    fatal_object(words, NULL);
}

void fatal_object(const char *words, const struct rgo_object *object)
{
    unw_context_t context;
    unw_getcontext(&context);
    dump_last_begin();
    finding_end(RGO_FINDING_FATAL, words, object, &context, NULL);
    struct goroutine *self = dump_self();
    struct dump dump = {
        .who = DUMP_ALL, .self = self, .context = self ? &context : NULL, .live = true};
    text_add(&dump.text, "fatal error: %s\n\n", words);
    dump_last_words(&dump);
    dump_add(&dump);
    dump_last(&dump);
}

void deadlock_report(void)
{
    dump_last_begin();
    const char *words = main_exited() ? "no goroutines (main called runtime.Goexit) - deadlock!"
                                      : "all goroutines are asleep - deadlock!";
    finding_deadlock(words);
    struct dump dump = {.who = DUMP_ALL};
    text_add(&dump.text, "fatal error: %s\n\n", words);
    dump_add(&dump);
    dump_last(&dump);
}
