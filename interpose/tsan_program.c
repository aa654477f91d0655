/*
 * tsan_program: functions that a program may define for its detector, as for ThreadSanitizer.
 *
 * __tsan_default_options and __tsan_default_suppressions return texts, which the tool reads like a
 * weakest TSAN_OPTIONS and like a suppression file; the program waits meanwhile, so that they hold
 * from its first constructor on. Options count only if the process is the first of the run: there
 * is one set of them for all. __tsan_on_initialize and __tsan_on_finalize are called before the
 * first constructor and after the last destructor; what the latter answers is not used.
 *
 * A definition is known if the executable exports it. Linkers see to that where a library of the
 * link has a function of that name: hooks.c and libtsan do.
 */
#include <string.h>

#include "interpose/control/control.h"
#include "interpose/image.h"
#include "interpose/journal.h"
#include "interpose/tsan.h"

void *tsan_program_function(const char *name)
{
    struct image program;
    const struct link_map *map = _r_debug.r_map;
    if (!map || !image_read(&program, map->l_addr, map->l_ld))
        return NULL;
    return image_symbol(&program, name);
}

static void text_tell(enum proto_defaults_what what, const char *function)
{
    const char *(*ask)(void) = (const char *(*)(void))tsan_program_function(function);
    const char *text = ask ? ask() : NULL;
    size_t size = text ? strlen(text) + 1 : 0;
    struct proto_defaults *record =
        size > 1 ? journal_begin(RECORD_DEFAULTS, sizeof *record + size) : NULL;
    if (!record)
        return;
    record->what = what;
    memcpy(record->text, text, size);
    journal_end(record);
    journal_verdict(&record->head);
}

void tsan_program_begin(void)
{
    if (control_block)
        return;
    text_tell(DEFAULTS_OPTIONS, "__tsan_default_options");
    text_tell(DEFAULTS_SUPPRESSIONS, "__tsan_default_suppressions");
    void (*begin)(void) = (void (*)(void))tsan_program_function("__tsan_on_initialize");
    if (begin)
        begin();
}

void tsan_program_end(void)
{
    if (!rt_hb || control_block)
        return;
    int (*end)(int) = (int (*)(int))tsan_program_function("__tsan_on_finalize");
    if (end)
        end(journal_has_printed());
}
