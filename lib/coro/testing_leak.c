/*
 * What tests leave behind. When a top-level test is done, others run until none can any more
 * (quiet.h); of those that are blocked then it is told what was not there before. Goroutines of
 * paused parallel tests may wait for their test: they are looked at when all parallel tests have
 * ended. Whatever is there at a look is not told again.
 *
 * A set is an array of ids, sorted; only main and one top-level test at a time use it.
 */
#include "testing.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"
#include "quiet.h"

#define PATIENCES 3 /* so long, at most, for those that go on and on */

struct set {
    uint64_t *ids;
    size_t count, room;
};

static struct set known, held;

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static bool set_has(const struct set *set, uint64_t id)
{
    return set->count && bsearch(&id, set->ids, set->count, sizeof id, by_number);
}

static void id_collect(struct goroutine *g, void *raw)
{
    struct set *set = raw;
    if (set->count == set->room) {
        size_t room = set->room ? 2 * set->room : 64;
        uint64_t *grown = realloc(set->ids, room * sizeof *grown);
        if (!grown)
            fatal_text("testing: cannot allocate memory");
        set->ids = grown;
        set->room = room;
    }
    set->ids[set->count++] = g->id;
}

/* All goroutines that there are. */
static struct set set_now(void)
{
    struct set set = {0};
    goroutine_each(id_collect, &set);
    if (set.count)
        qsort(set.ids, set.count, sizeof *set.ids, by_number);
    return set;
}

static void set_replace(struct set *set, struct set by)
{
    free(set->ids);
    *set = by;
}

/* ---- looking ---- */

static bool is_news(const struct goroutine *g, void *unused)
{
    (void)unused;
    return !set_has(&known, g->id) && !set_has(&held, g->id);
}

static void head_add(struct text *text, const rgo_test *t, size_t count, enum quiet how)
{
    const char *whose = t->parent ? t->name : "the parallel tests";
    text_add(text, "testing: %zu goroutine%s that %s started %s still blocked", count,
             count == 1 ? "" : "s", whose, count == 1 ? "is" : "are");
    if (how == QUIET_FOREVER)
        text_add(text, ", and nothing can wake %s:\n", count == 1 ? "it" : "them");
    else
        text_add(text, " %.3gs after the end:\n", (double)testing.patience / 1e9);
}

static void tell(rgo_test *t, enum quiet how)
{
    struct text dump = {0}, text = {0};
    size_t count = leaks_collect(&dump, is_news, NULL);
    if (count) {
        while (dump.length && dump.bytes[dump.length - 1] == '\n')
            dump.length--;
        head_add(&text, t, count, how);
        text_add(&text, "%.*s\n", (int)dump.length, dump.bytes);
        test_add(t, &text);
        test_mark_failed(t);
    }
    text_drop(&dump);
    if (count && how == QUIET_FOREVER) {
        text = (struct text){0};
        text_add(&text, "left behind by %s", t->parent ? t->name : "the parallel tests");
        finding_leaks(text.bytes, is_news);
        text_drop(&text);
    }
}

/* What is known by now, without what is held. */
static void learn(void)
{
    struct set now = set_now();
    size_t kept = 0;
    for (size_t i = 0; i < now.count; i++)
        if (!set_has(&held, now.ids[i]))
            now.ids[kept++] = now.ids[i];
    now.count = kept;
    set_replace(&known, now);
}

void leaks_begin(void)
{
    set_replace(&held, (struct set){0});
    set_replace(&known, set_now());
}

void leaks_hold(void)
{
    struct set before = held, now = set_now();
    size_t kept = 0;
    for (size_t i = 0; i < now.count; i++)
        if (!set_has(&known, now.ids[i]))
            now.ids[kept++] = now.ids[i];
    now.count = kept; /* held ones that are still there are among them: none of them is known */
    held = now;
    free(before.ids);
}

void leaks_check(rgo_test *t, bool all)
{
    if (!testing.leaks)
        return;
    int64_t now = time_now();
    enum quiet how = quiet_wait(now + testing.patience, now + PATIENCES * testing.patience);
    if (all)
        set_replace(&held, (struct set){0});
    if (how != QUIET_NEVER)
        tell(t, how);
    learn();
}
