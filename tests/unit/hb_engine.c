/* hb_engine: what the oracle's scripts do not reach. One property a test, named for it. */
#include <check.h>
#include <string.h>

#include "hb/engine.h"

#define X UINT64_C(0x7f1200000000)
#define PC 0x401000u

static struct hb *hb;
static struct hb_cursor cursors[4];
static struct hb_task *tasks[4];
static struct hb_finding found[64];
static unsigned found_count;

static void note(void *arg, struct hb_task *task, const struct hb_finding *finding)
{
    (void)arg, (void)task;
    if (found_count < 64)
        found[found_count] = *finding;
    found_count++;
}

static void engine_start(size_t quarantine)
{
    struct hb_config config = {.quarantine_bytes = quarantine};
    struct hb_callbacks callbacks = {.finding = note};
    hb = hb_create(&config, &callbacks);
    found_count = 0;
    for (int i = 0; i < 4; i++) {
        cursors[i] = (struct hb_cursor)HB_CURSOR_INIT;
        tasks[i] = hb_task_create(hb, i ? tasks[0] : NULL, PC);
        hb_task_bind(tasks[i], &cursors[i]);
    }
}

static void setup(void)
{
    engine_start(1 << 20);
}

static void teardown(void)
{
    hb_destroy(hb);
}

/* ---- memory ---- */

START_TEST(addresses_of_any_size_are_shadowed)
{
    static const uintptr_t addrs[] = {0,
                                      0x10000,
                                      0x400000,
                                      0x555555554000,
                                      0x7ffffffff000,
                                      0x00ab000000000000,
                                      0x00fffffffffff000};
    for (size_t i = 0; i < sizeof addrs / sizeof *addrs; i++) {
        found_count = 0;
        hb_access(tasks[1], addrs[i], 4, HB_WRITE, PC);
        hb_access(tasks[2], addrs[i] + 3, 1, HB_READ, PC + 1);
        ck_assert_uint_eq(found_count, 1);
        ck_assert_uint_eq(found[0].before.addr, addrs[i]);
    }
}
END_TEST

START_TEST(neighbouring_bytes_do_not_race)
{
    for (uintptr_t i = 0; i < 8; i++)
        hb_access(tasks[i % 4], X + i, 1, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
    hb_access(tasks[1], X + 2, 1, HB_READ, PC);
    ck_assert_uint_eq(found_count, 1);
    ck_assert_uint_eq(found[0].before.addr, X + 2);
    ck_assert_uint_eq(found[0].before.size, 1);
}
END_TEST

/* fast.h looks at the heads of two granules and one record behind each. */
START_TEST(an_own_read_behind_the_head_is_found)
{
#define LISTED(task, addr)                                                                         \
    fast_read_listed(hb->shadow.dir, hb_records(hb), cursors[task].word, addr)
    hb_access(tasks[1], X, 16, HB_READ, PC);
    hb_access(tasks[2], X, 16, HB_READ, PC);
    ck_assert(LISTED(1, X) && LISTED(2, X));
    ck_assert(!LISTED(3, X) && !LISTED(1, X + 8) && !LISTED(1, X + 4));
    hb_access(tasks[3], X, 8, HB_READ, PC);
    ck_assert(!LISTED(3, X) && LISTED(2, X) && !LISTED(1, X));
    hb_access(tasks[1], X + 16, 8, HB_WRITE, PC);
    hb_access(tasks[1], X + 24, 4, HB_READ, PC);
    ck_assert(!LISTED(1, X + 16));
    hb_access(tasks[2], X + 24, 8, HB_READ, PC);
    ck_assert(!LISTED(1, X + 16));
    hb_access(tasks[1], X + 28, 4, HB_READ, PC);
    ck_assert(LISTED(1, X + 16));
    hb_release(tasks[2], X + 32);
    ck_assert(!LISTED(2, X));
    ck_assert_uint_eq(found_count, 0);
#undef LISTED
}
END_TEST

/* Who knows of a read need not look at what is behind it, if that is ordered. */
START_TEST(a_read_stands_for_the_write_that_it_follows)
{
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    hb_release(tasks[1], X + 32);
    hb_acquire(tasks[2], X + 32);
    hb_access(tasks[2], X, 8, HB_READ, PC);
    hb_release(tasks[2], X + 40);
    hb_acquire(tasks[3], X + 40);
    hb_access(tasks[3], X, 8, HB_READ, PC);
    ck_assert_uint_eq(found_count, 0);
    hb_access(tasks[0], X, 8, HB_READ, PC);
    ck_assert_uint_eq(found_count, 1);
    ck_assert_uint_eq(found[0].before.task, hb_task_number(tasks[1]));
}
END_TEST

START_TEST(a_read_that_raced_stands_for_nothing)
{
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    hb_access(tasks[2], X, 8, HB_READ, PC);
    ck_assert_uint_eq(found_count, 1);
    hb_release(tasks[2], X + 32);
    hb_acquire(tasks[3], X + 32);
    hb_access(tasks[3], X, 8, HB_READ, PC);
    ck_assert_uint_eq(found_count, 2);
    ck_assert_uint_eq(found[1].before.task, hb_task_number(tasks[1]));
}
END_TEST

/* Not even with bytes that it read later, which did not race. */
START_TEST(a_read_that_raced_and_goes_on_stands_for_nothing)
{
    for (uintptr_t same = 0; same < 2; same++) {
        uintptr_t x = X + 64 * same;
        found_count = 0;
        hb_access(tasks[1], x, 4, HB_WRITE, PC);
        hb_access(tasks[2], x, 4, HB_READ, PC + 1);
        hb_access(tasks[2], x + 4, 4, HB_READ, same ? PC + 1 : PC + 2);
        ck_assert_uint_eq(found_count, 1);
        hb_release(tasks[2], x + 32);
        hb_acquire(tasks[3], x + 32);
        hb_access(tasks[3], x, 8, HB_READ, PC + 3);
        ck_assert_uint_eq(found_count, 2);
        ck_assert_uint_eq(found[1].before.task, hb_task_number(tasks[1]));
    }
}
END_TEST

static uintptr_t place_before(const struct hb_finding *finding)
{
    uintptr_t pc = 0;
    hb_query_stack(hb, finding->before.ctx, &pc, 1);
    return pc;
}

START_TEST(each_byte_has_the_place_where_it_was_accessed)
{
    for (uintptr_t i = 0; i < 8; i++)
        hb_access(tasks[1], X + i, 1, HB_WRITE, PC + i % 3);
    ck_assert_uint_eq(fast_granule(fast_delta(hb->shadow.dir, X), X)->next, 0);
    for (uintptr_t i = 0; i < 8; i++) {
        hb_access(tasks[2], X + i, 1, HB_WRITE, PC + 8);
        ck_assert_uint_eq(found_count, i + 1);
        ck_assert_uint_eq(found[i].before.addr, X + i);
        ck_assert_uint_eq(place_before(&found[i]), PC + i % 3);
    }
}
END_TEST

/* What a program gives as the place of an access need not be one. */
START_TEST(a_place_below_all_code_is_not_several)
{
    static const uintptr_t pcs[] = {1, 0x101, 0x7ff, 0};
    for (size_t i = 0; i < sizeof pcs / sizeof *pcs; i++) {
        hb_call_enter(&cursors[1], PC, 1000 - 8 * i);
        hb_access(tasks[1], X + 8 * i, 4, HB_WRITE, pcs[i]);
        hb_access(tasks[1], X + 8 * i + 4, 4, HB_WRITE, PC + 1);
        hb_access(tasks[2], X + 8 * i, 1, HB_READ, PC);
        ck_assert_uint_eq(found_count, i + 1);
        uintptr_t stack[8] = {0};
        ck_assert_uint_eq(hb_query_stack(hb, found[i].before.ctx, stack, 8), i + 2);
        ck_assert_uint_eq(stack[0], pcs[i] >= 0x800 ? pcs[i] : 0);
        ck_assert_uint_eq(stack[1], PC);
    }
}
END_TEST

static void load(struct hb_task *task, uintptr_t addr, enum hb_order order)
{
    struct hb_atomic op;
    hb_atomic_begin(task, &op, addr, 4);
    hb_atomic_load(&op, order, PC);
}

/* One record may be of both, when the loads are at one place. */
START_TEST(a_location_is_not_settled_by_the_one_next_to_it)
{
    struct hb_atomic op;
    load(tasks[1], X, HB_RELAXED);
    hb_atomic_begin(tasks[2], &op, X + 4, 4);
    hb_atomic_store(&op, HB_RELEASE, PC);
    load(tasks[1], X + 4, HB_RELAXED);
    load(tasks[1], X, HB_ACQUIRE);
    const struct granule *granule = fast_location(hb->shadow.dir, X, 4);
    ck_assert(!fast_settled(granule, cursors[1].word, X + 4, 4));
    load(tasks[1], X + 8, HB_RELAXED);
    ck_assert(fast_settled(granule + 1, cursors[1].word, X + 8, 4));
}
END_TEST

START_TEST(reset_forgets_exactly_its_bytes)
{
    hb_access(tasks[1], X, 16, HB_WRITE, PC);
    hb_range_reset(hb, tasks[0], X + 3, 7);
    hb_access(tasks[2], X + 3, 7, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
    hb_access(tasks[2], X + 2, 1, HB_WRITE, PC);
    hb_access(tasks[2], X + 10, 1, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 2);
}
END_TEST

START_TEST(reset_of_a_large_range_forgets_all_and_frees_records)
{
    size_t size = 40 << 20;
    for (uintptr_t i = 0; i < size; i += 65536) {
        hb_access(tasks[1], X + i, 8, HB_READ, PC);
        hb_access(tasks[2], X + i, 8, HB_READ, PC);
    }
    hb_range_reset(hb, tasks[0], X + 8, size - 16);
    hb_access(tasks[3], X, 1, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 2);
    hb_access(tasks[3], X + 65536, size - 65536 - 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 2);
}
END_TEST

START_TEST(forgetting_drops_the_past_and_keeps_synchronisation)
{
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    hb_lock_acquire(tasks[1], X + 64, HB_MUTEX, false, PC);
    hb_lock_release(tasks[1], X + 64);
    hb_release(tasks[3], X + 128);
    hb_forget(tasks[0]);
    hb_access(tasks[2], X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0); /* the past is ordered */
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 1); /* the present is not */
    found_count = 0;
    hb_access(tasks[1], X + 8, 8, HB_WRITE, PC);
    hb_lock_acquire(tasks[1], X + 64, HB_MUTEX, false, PC);
    hb_lock_release(tasks[1], X + 64);
    hb_lock_acquire(tasks[2], X + 64, HB_MUTEX, false, PC);
    hb_access(tasks[2], X + 8, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
}
END_TEST

/* ---- contexts ---- */

START_TEST(the_earlier_stack_is_complete_whatever_happened_since)
{
    for (uintptr_t depth = 1; depth <= 5000; depth++)
        hb_call_enter(&cursors[1], 0x500000 + depth, 0x10000000 - depth * 16);
    hb_access(tasks[1], X, 8, HB_WRITE, 0x600000);
    for (int i = 0; i < 5000; i++)
        hb_call_leave(&cursors[1]);
    for (int i = 0; i < 300000; i++) {
        hb_call_enter(&cursors[1], 0x700000, 0x10000000);
        hb_access(tasks[1], X + 64 + (uintptr_t)(i % 512) * 8, 8, HB_WRITE, PC);
        hb_call_leave(&cursors[1]);
    }
    hb_access(tasks[2], X, 8, HB_READ, PC);
    ck_assert_uint_eq(found_count, 1);
    static uintptr_t pcs[6000];
    ck_assert_uint_eq(hb_query_stack(hb, found[0].before.ctx, pcs, 6000), 5001);
    ck_assert_uint_eq(pcs[0], 0x600000);
    for (uintptr_t i = 1; i <= 5000; i++)
        ck_assert_uint_eq(pcs[i], 0x500000 + 5001 - i);
}
END_TEST

START_TEST(frames_left_by_longjmp_are_dropped)
{
    hb_call_enter(&cursors[1], 0x500001, 0x9000);
    hb_call_enter(&cursors[1], 0x500002, 0x8000);
    hb_call_enter(&cursors[1], 0x500003, 0x7000);
    hb_call_heal(&cursors[1], 0x9000); /* back in the first function */
    uintptr_t pcs[8];
    ck_assert_uint_eq(hb_query_stack(hb, hb_ctx_here(tasks[1], PC), pcs, 8), 2);
    ck_assert_uint_eq(pcs[1], 0x500001);
    hb_call_enter(&cursors[1], 0x500004, 0x8800);
    hb_call_enter(&cursors[1], 0x500005, 0x8800); /* the former never left */
    ck_assert_uint_eq(hb_query_stack(hb, hb_ctx_here(tasks[1], PC), pcs, 8), 3);
    ck_assert_uint_eq(pcs[1], 0x500005);
}
END_TEST

START_TEST(a_signal_handler_on_another_stack_keeps_the_frames_below)
{
    hb_call_enter(&cursors[1], 0x500001, 0x9000);
    size_t mark = hb_call_mark(&cursors[1]);
    hb_call_enter(&cursors[1], 0x500002, 0xf0000000u);
    uintptr_t pcs[8];
    ck_assert_uint_eq(hb_query_stack(hb, hb_ctx_here(tasks[1], PC), pcs, 8), 3);
    ck_assert_uint_eq(pcs[2], 0x500001);
    hb_call_restore(&cursors[1], mark);
    ck_assert_uint_eq(hb_query_stack(hb, hb_ctx_here(tasks[1], PC), pcs, 8), 2);
}
END_TEST

/* Whoever asks again, from a warm cache or another thread, gets a context of what is there now. */
START_TEST(contexts_in_unloaded_code_are_not_those_of_what_follows)
{
    enum { CODE = 0x500000, SIZE = 0x1000 };
    uintptr_t pcs[4];
    hb_call_enter(&cursors[1], PC, 0x10000000);
    struct hb_ctx at = hb_ctx_here(tasks[1], CODE), beside = hb_ctx_here(tasks[1], CODE + SIZE);
    hb_call_enter(&cursors[1], CODE + 1, 0xffffff0);
    struct hb_ctx below = hb_ctx_here(tasks[1], PC + 1);
    hb_call_leave(&cursors[1]);
    for (uint32_t age = 1; age <= 3; age++) {
        hb_code_unloaded(hb, CODE, CODE + SIZE, age);
        ck_assert_uint_eq(hb_query_stack(hb, at, pcs, 4), 2);
        ck_assert_uint_eq(pcs[0], (uint64_t)age << HB_PC_BITS | CODE);
        ck_assert_uint_eq(pcs[1], PC);
        ck_assert_uint_eq(hb_query_stack(hb, below, pcs, 4), 3);
        ck_assert_uint_eq(pcs[1], UINT64_C(1) << HB_PC_BITS | (CODE + 1));
        ck_assert_uint_eq(hb_ctx_here(tasks[1], CODE + SIZE).id, beside.id);
        struct hb_ctx again = hb_ctx_here(tasks[1], CODE);
        ck_assert_uint_ne(again.id, at.id);
        hb_query_stack(hb, again, pcs, 4);
        ck_assert_uint_eq(pcs[0], CODE);
        hb_call_enter(&cursors[2], PC, 0x20000000);
        ck_assert_uint_eq(hb_ctx_here(tasks[2], CODE).id, again.id);
        hb_call_leave(&cursors[2]);
        for (uintptr_t i = 1; i < 5000; i++) /* the index grows, with the retired in it */
            hb_ctx_here(tasks[3], 0x900000 + age * 5000 + i);
        ck_assert_uint_eq(hb_ctx_here(tasks[1], CODE).id, again.id);
        at = again;
    }
}
END_TEST

START_TEST(locks_held_are_part_of_the_context)
{
    hb_lock_acquire(tasks[1], X + 100, HB_MUTEX, false, 0x500010);
    hb_lock_acquire(tasks[1], X + 200, HB_RWLOCK, true, 0x500020);
    struct hb_lock_info locks[4];
    struct hb_ctx ctx = hb_ctx_here(tasks[1], PC);
    ck_assert_uint_eq(hb_query_locks(hb, ctx, locks, 4), 2);
    ck_assert_uint_eq(locks[0].addr, X + 100);
    ck_assert_uint_eq(locks[1].addr, X + 200);
    ck_assert(locks[1].shared && !locks[0].shared);
    uintptr_t pc;
    hb_query_stack(hb, locks[1].acquired, &pc, 1);
    ck_assert_uint_eq(pc, 0x500020);
    hb_lock_release(tasks[1], X + 100);
    ck_assert_uint_eq(hb_query_locks(hb, hb_ctx_here(tasks[1], PC), locks, 4), 1);
    ck_assert_uint_eq(hb_query_locks(hb, ctx, locks, 4), 2); /* history does not change */
}
END_TEST

START_TEST(hundreds_of_locks_can_be_held)
{
    for (uintptr_t i = 0; i < 500; i++)
        hb_lock_acquire(tasks[1], X + i * 40, HB_MUTEX, false, PC + i);
    struct hb_lock_info locks[600];
    ck_assert_uint_eq(hb_query_locks(hb, hb_ctx_here(tasks[1], PC), locks, 600), 500);
    ck_assert_uint_eq(locks[499].addr, X + 499 * 40);
    for (uintptr_t i = 0; i < 500; i++)
        hb_lock_release(tasks[1], X + i * 40);
    ck_assert_uint_eq(hb_query_locks(hb, hb_ctx_here(tasks[1], PC), locks, 600), 0);
}
END_TEST

/* ---- many readers ---- */

#define MANY 1000
static struct hb_cursor many_cursors[MANY];
static struct hb_task *many[MANY];

static void many_start(void)
{
    for (int i = 0; i < MANY; i++) {
        many_cursors[i] = (struct hb_cursor)HB_CURSOR_INIT;
        many[i] = hb_task_create(hb, tasks[0], PC);
        hb_task_bind(many[i], &many_cursors[i]);
    }
}

static void many_read(enum hb_kind kind)
{
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < MANY; i++) {
            hb_access(many[i], X, 8, kind, PC);
            hb_release(many[i], X + 0x1000 + 8 * (uintptr_t)i); /* a new epoch */
        }
    }
}

START_TEST(a_write_meets_each_of_a_thousand_readers)
{
    many_start();
    many_read(HB_READ);
    ck_assert_uint_gt(hb->crowds.used, 1);
    for (int i = 0; i < MANY; i += 2) { /* half of them are known to the writer */
        hb_task_end(many[i]);
        hb_task_join(tasks[0], many[i]);
    }
    hb_access(tasks[0], X + 3, 1, HB_WRITE, PC);
    ck_assert_uint_gt(found_count, 0);
    for (unsigned i = 0; i < found_count; i++)
        ck_assert_uint_eq((found[i].before.task - hb_task_number(many[0])) % 2, 1);
    found_count = 0;
    hb_access(tasks[1], X + 4, 4, HB_WRITE, PC);
    ck_assert_uint_gt(found_count, 0); /* the other bytes still have their readers */
}
END_TEST

START_TEST(a_write_after_a_thousand_joined_readers_is_quiet_and_frees_them)
{
    many_start();
    many_read(HB_READ);
    for (int i = 0; i < MANY; i++) {
        hb_task_end(many[i]);
        hb_task_join(tasks[0], many[i]);
    }
    hb_access(tasks[0], X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
    ck_assert_uint_gt(hb->crowds.free_count, 0);
}
END_TEST

START_TEST(a_thousand_atomic_writers_race_with_a_plain_read)
{
    many_start();
    many_read(HB_ATOMIC_WRITE);
    ck_assert_uint_eq(found_count, 0);
    hb_access(tasks[1], X, 8, HB_READ, PC);
    ck_assert_uint_gt(found_count, 0);
}
END_TEST

START_TEST(reset_frees_a_crowd)
{
    many_start();
    many_read(HB_READ);
    hb_range_reset(hb, tasks[0], X, 5);
    hb_access(tasks[1], X, 5, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
    hb_range_reset(hb, tasks[0], X, 8);
    hb_access(tasks[2], X + 5, 3, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
    ck_assert_uint_gt(hb->crowds.free_count, 0);
}
END_TEST

/* ---- tasks ---- */

START_TEST(a_reused_slot_still_tells_who_it_was)
{
    struct hb_cursor cursor = HB_CURSOR_INIT;
    uint32_t numbers[100];
    for (uintptr_t i = 0; i < 100; i++) {
        struct hb_task *task = hb_task_create(hb, tasks[0], PC);
        hb_task_bind(task, &cursor);
        numbers[i] = hb_task_number(task);
        hb_access(task, X + i * 8, 8, HB_WRITE, PC);
        hb_task_end(task);
        hb_task_join(tasks[0], task);
    }
    ck_assert_uint_lt(hb->slots.used, 10); /* joined tasks share a slot */
    for (uintptr_t i = 0; i < 100; i++) {
        found_count = 0;
        hb_access(tasks[1], X + i * 8, 8, HB_READ, PC);
        ck_assert_uint_eq(found_count, 1);
        ck_assert_uint_eq(found[0].before.task, numbers[i]);
        found_count = 0;
        hb_access(tasks[0], X + i * 8, 8, HB_READ, PC);
        ck_assert_uint_eq(found_count, 0);
    }
}
END_TEST

START_TEST(unjoined_tasks_keep_their_slots)
{
    for (uintptr_t i = 0; i < 3000; i++) {
        struct hb_cursor cursor = HB_CURSOR_INIT;
        struct hb_task *task = hb_task_create(hb, tasks[0], PC);
        hb_task_bind(task, &cursor);
        hb_access(task, X + i * 8, 8, HB_WRITE, PC);
        hb_task_detach(task);
        hb_task_end(task);
    }
    hb_access(tasks[0], X, 3000 * 8, HB_READ, PC);
    ck_assert_uint_eq(found_count, 3000);
}
END_TEST

START_TEST(a_forked_child_is_ordered_after_everything)
{
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    hb_access(tasks[2], X + 8, 8, HB_READ, PC);
    hb_fork_prepare(hb, &cursors[0]);
    hb_fork_child(hb, tasks[0]);
    hb_access(tasks[0], X, 16, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
    hb_access(tasks[3], X, 8, HB_READ, PC); /* new races are still found */
    ck_assert_uint_eq(found_count, 1);
}
END_TEST

START_TEST(an_adopted_thread_starts_after_everything_so_far)
{
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    struct hb_cursor cursor = HB_CURSOR_INIT;
    struct hb_task *task = hb_task_create(hb, NULL, 0);
    hb_task_bind(task, &cursor);
    hb_access(task, X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
    hb_task_end(task);
}
END_TEST

START_TEST(a_dead_owner_passes_its_mutex_on)
{
    hb_lock_acquire(tasks[1], X + 64, HB_MUTEX, false, PC);
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    hb_task_end(tasks[1]);
    hb_lock_acquire_dead(tasks[2], X + 64, PC);
    hb_access(tasks[2], X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
}
END_TEST

START_TEST(ignored_accesses_leave_no_trace)
{
    hb_ignore_begin(&cursors[1]);
    hb_ignore_begin(&cursors[1]);
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    hb_ignore_end(&cursors[1]);
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    hb_ignore_end(&cursors[1]);
    hb_access(tasks[2], X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 1);
}
END_TEST

START_TEST(a_fiber_goes_on_where_it_was)
{
    struct hb_task *fiber = hb_task_create(hb, tasks[1], PC);
    hb_call_enter(&cursors[1], 0x500001, 0x9000);
    hb_task_unbind(&cursors[1]);
    hb_task_bind(fiber, &cursors[1]);
    hb_call_enter(&cursors[1], 0x500002, 0x100);
    hb_access(fiber, X, 8, HB_WRITE, PC);
    hb_task_unbind(&cursors[1]);
    hb_task_bind(tasks[1], &cursors[1]);
    uintptr_t pcs[8];
    ck_assert_uint_eq(hb_query_stack(hb, hb_ctx_here(tasks[1], PC), pcs, 8), 2);
    ck_assert_uint_eq(pcs[1], 0x500001);
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 1);
}
END_TEST

/* ---- goroutines ---- */

START_TEST(a_swap_leaves_the_clock_from_before_it)
{
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    hb_swap(tasks[1], X + 64); /* send 1 */
    hb_access(tasks[2], X + 8, 8, HB_WRITE, PC);
    hb_swap(tasks[2], X + 64); /* receives it: knows task 1, and leaves what it knew before */
    hb_access(tasks[2], X, 8, HB_READ, PC);
    ck_assert_uint_eq(found_count, 0);
    hb_swap(tasks[3], X + 64); /* send 2 knows what the receiver did, not what task 1 did */
    hb_access(tasks[3], X + 8, 8, HB_READ, PC);
    ck_assert_uint_eq(found_count, 0);
    hb_access(tasks[3], X, 8, HB_READ, PC);
    ck_assert_uint_eq(found_count, 1);
}

START_TEST(those_who_meet_know_each_other_s_past_but_not_its_future)
{
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    hb_access(tasks[2], X + 8, 8, HB_WRITE, PC);
    hb_meet(tasks[1], tasks[2]);
    hb_access(tasks[1], X + 8, 8, HB_WRITE, PC);
    hb_access(tasks[2], X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
    hb_access(tasks[1], X, 8, HB_READ, PC);
    ck_assert_uint_eq(found_count, 1);
    hb_access(tasks[2], X + 8, 8, HB_READ, PC);
    ck_assert_uint_eq(found_count, 2);
}

START_TEST(what_is_done_for_a_waiting_task_has_its_stack)
{
    hb_call_enter(&cursors[1], 0x5000, 0x7000);
    hb_task_unbind(&cursors[1]);
    hb_access(tasks[1], X, 8, HB_WRITE, 0x6000);
    hb_access(tasks[2], X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 1);
    uintptr_t pcs[4];
    ck_assert_uint_eq(hb_query_stack(hb, found[0].before.ctx, pcs, 4), 2);
    ck_assert_uint_eq(pcs[0], 0x6000);
    ck_assert_uint_eq(pcs[1], 0x5000);
    hb_task_bind(tasks[1], &cursors[1]);
    hb_call_leave(&cursors[1]);
}

/* ---- heap ---- */

static uintptr_t evicted[8];
static unsigned evicted_count;

static void evict(void *arg, uintptr_t addr)
{
    (void)arg;
    evicted[evicted_count++ % 8] = addr;
}

START_TEST(use_after_free_is_found_ordered_or_not)
{
    hb_heap_alloc(tasks[0], X, 4096, PC);
    ck_assert_uint_eq(hb_heap_size(hb, X), 4096);
    ck_assert_int_eq(hb_heap_free(tasks[0], X, PC + 1, true, evict, NULL), HB_FREE_LATER);
    hb_access(tasks[0], X + 4090, 2, HB_READ, PC + 2);
    ck_assert_uint_eq(found_count, 1);
    ck_assert_int_eq(found[0].kind, HB_USE_AFTER_FREE);
    ck_assert(found[0].ordered);
    ck_assert_int_eq(found[0].before.kind, HB_FREE);
    hb_access(tasks[1], X, 8, HB_WRITE, PC + 3);
    ck_assert_uint_eq(found_count, 2);
    ck_assert(!found[1].ordered);
    struct hb_block_info block;
    ck_assert(hb_query_block(hb, X + 17, &block));
    ck_assert(block.freed);
    ck_assert_uint_eq(block.freed_by, hb_task_number(tasks[0]));
}
END_TEST

START_TEST(free_races_with_an_unordered_access)
{
    hb_heap_alloc(tasks[0], X, 64, PC);
    hb_access(tasks[1], X + 40, 4, HB_READ, PC + 1);
    hb_heap_free(tasks[2], X, PC + 2, true, evict, NULL);
    ck_assert_uint_eq(found_count, 1);
    ck_assert_int_eq(found[0].kind, HB_USE_AFTER_FREE);
    ck_assert_int_eq(found[0].now.kind, HB_FREE);
    ck_assert(!found[0].ordered);
}
END_TEST

START_TEST(double_free_is_found)
{
    hb_heap_alloc(tasks[0], X, 64, PC);
    hb_heap_free(tasks[0], X, PC + 1, true, evict, NULL);
    ck_assert_int_eq(hb_heap_free(tasks[1], X, PC + 2, true, evict, NULL), HB_FREE_DOUBLE);
    ck_assert_uint_eq(found_count, 1);
    ck_assert_int_eq(found[0].kind, HB_DOUBLE_FREE);
}
END_TEST

START_TEST(reused_memory_starts_a_new_life)
{
    hb_heap_alloc(tasks[1], X, 64, PC);
    hb_access(tasks[1], X, 64, HB_WRITE, PC);
    hb_heap_free(tasks[1], X, PC + 1, true, evict, NULL);
    hb_heap_alloc(tasks[2], X, 48, PC);
    hb_access(tasks[2], X, 48, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
    ck_assert_uint_eq(hb_heap_size(hb, X), 48);
}
END_TEST

static void lock_turn(struct hb_task *task)
{
    hb_lock_acquire(task, X + 64, HB_MUTEX, 0, PC);
    hb_lock_release(task, X + 64);
}

/* Until then no clocks are kept for locks; from then on they are. */
START_TEST(locks_order_from_the_first_access_on)
{
    for (int i = 0; i < 4; i++)
        lock_turn(tasks[i]);
    hb_lock_acquire(tasks[1], X + 64, HB_MUTEX, 0, PC);
    ck_assert(!hb->remembers);
    hb_access(tasks[1], X, 4, HB_WRITE, PC);
    ck_assert(hb->remembers);
    hb_lock_release(tasks[1], X + 64);
    hb_access(tasks[1], X + 8, 4, HB_WRITE, PC);
    lock_turn(tasks[2]);
    hb_access(tasks[2], X, 4, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
    hb_access(tasks[2], X + 8, 4, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 1);
}
END_TEST

/* A release without a clock begins no epoch, so it must not name the one that goes on. */
START_TEST(readers_before_the_first_access_release_nothing_later)
{
    hb_lock_acquire(tasks[1], X + 64, HB_RWLOCK, HB_LOCK_SHARED, PC);
    hb_lock_release(tasks[1], X + 64);
    hb_access(tasks[1], X, 4, HB_WRITE, PC);
    hb_lock_acquire(tasks[2], X + 64, HB_RWLOCK, 0, PC);
    hb_access(tasks[2], X, 4, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 1);
}
END_TEST

START_TEST(what_was_freed_is_remembered_too)
{
    hb_heap_alloc(tasks[1], X, 16, PC);
    lock_turn(tasks[1]);
    hb_heap_free(tasks[1], X, PC, true, evict, NULL);
    lock_turn(tasks[1]);
    lock_turn(tasks[2]);
    hb_heap_free(tasks[2], X, PC, true, evict, NULL);
    ck_assert_uint_eq(found_count, 1);
    ck_assert(found[0].ordered);
}
END_TEST

START_TEST(the_quarantine_is_bounded_and_first_in_first_out)
{
    evicted_count = 0;
    for (uintptr_t i = 0; i < 20; i++) {
        hb_heap_alloc(tasks[0], X + i * 0x40000, 0x20000, PC);
        hb_heap_free(tasks[0], X + i * 0x40000, PC, true, evict, NULL);
    }
    ck_assert_uint_ge(evicted_count, 10);
    ck_assert_uint_eq(evicted[0] % 0x40000, X % 0x40000);
    ck_assert_uint_le(hb->heap.bytes, (1u << 20) + 0x20000);
}
END_TEST

START_TEST(a_free_by_unobserved_code_implies_no_access)
{
    hb_heap_alloc(tasks[0], X, 64, PC);
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    ck_assert_int_eq(hb_heap_free(tasks[2], X, PC, false, evict, NULL), HB_FREE_NOW);
    hb_access(tasks[3], X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 0);
}
END_TEST

/* ---- barriers ---- */

START_TEST(a_phase_does_not_leak_into_the_one_before)
{
    uintptr_t barrier = X + 0x100;
    hb_barrier_create(tasks[0], barrier, 2, PC);
    uint32_t a = hb_barrier_arrive(tasks[1], barrier, PC),
             b = hb_barrier_arrive(tasks[2], barrier, PC);
    hb_barrier_depart(tasks[1], barrier, a);
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    uint32_t c = hb_barrier_arrive(tasks[1], barrier, PC); /* next phase, before 2 left the first */
    hb_barrier_depart(tasks[2], barrier, b);
    hb_access(tasks[2], X, 8, HB_WRITE, PC);
    ck_assert_uint_eq(found_count, 1);
    (void)c;
}
END_TEST

/* ---- fibers ---- */

START_TEST(who_shares_what_a_cursor_keeps_may_outlive_the_other)
{
    struct hb_cursor fiber = HB_CURSOR_INIT;
    struct hb_task *task = hb_task_create(hb, tasks[0], PC);
    hb_cursor_share(&fiber, &cursors[1]);
    hb_task_bind(task, &fiber);
    ck_assert_ptr_eq(fiber.cache, cursors[1].cache);
    hb_access(tasks[1], X, 8, HB_WRITE, PC);
    hb_task_end(tasks[1]);
    hb_cursor_done(hb, &cursors[1]);
    hb_access(task, X, 8, HB_WRITE, PC + 1);
    ck_assert_uint_eq(found_count, 1);
    ck_assert_uint_eq(found[0].before.task, hb_task_number(tasks[1]));
    hb_task_end(task);
    hb_cursor_done(hb, &fiber);
    ck_assert_ptr_null(fiber.cache);
}
END_TEST

#define ADD(test) tcase_add_test(tcase, test)

int main(void)
{
    Suite *suite = suite_create("hb_engine");
    TCase *tcase = tcase_create("engine");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 120);
    ADD(addresses_of_any_size_are_shadowed);
    ADD(neighbouring_bytes_do_not_race);
    ADD(an_own_read_behind_the_head_is_found);
    ADD(a_read_stands_for_the_write_that_it_follows);
    ADD(a_read_that_raced_stands_for_nothing);
    ADD(a_read_that_raced_and_goes_on_stands_for_nothing);
    ADD(each_byte_has_the_place_where_it_was_accessed);
    ADD(a_place_below_all_code_is_not_several);
    ADD(a_location_is_not_settled_by_the_one_next_to_it);
    ADD(reset_forgets_exactly_its_bytes);
    ADD(reset_of_a_large_range_forgets_all_and_frees_records);
    ADD(forgetting_drops_the_past_and_keeps_synchronisation);
    ADD(the_earlier_stack_is_complete_whatever_happened_since);
    ADD(frames_left_by_longjmp_are_dropped);
    ADD(a_signal_handler_on_another_stack_keeps_the_frames_below);
    ADD(contexts_in_unloaded_code_are_not_those_of_what_follows);
    ADD(locks_held_are_part_of_the_context);
    ADD(hundreds_of_locks_can_be_held);
    ADD(a_write_meets_each_of_a_thousand_readers);
    ADD(a_write_after_a_thousand_joined_readers_is_quiet_and_frees_them);
    ADD(a_thousand_atomic_writers_race_with_a_plain_read);
    ADD(reset_frees_a_crowd);
    ADD(a_reused_slot_still_tells_who_it_was);
    ADD(unjoined_tasks_keep_their_slots);
    ADD(a_forked_child_is_ordered_after_everything);
    ADD(an_adopted_thread_starts_after_everything_so_far);
    ADD(a_dead_owner_passes_its_mutex_on);
    ADD(ignored_accesses_leave_no_trace);
    ADD(a_fiber_goes_on_where_it_was);
    ADD(a_swap_leaves_the_clock_from_before_it);
    ADD(those_who_meet_know_each_other_s_past_but_not_its_future);
    ADD(what_is_done_for_a_waiting_task_has_its_stack);
    ADD(use_after_free_is_found_ordered_or_not);
    ADD(free_races_with_an_unordered_access);
    ADD(double_free_is_found);
    ADD(reused_memory_starts_a_new_life);
    ADD(locks_order_from_the_first_access_on);
    ADD(readers_before_the_first_access_release_nothing_later);
    ADD(what_was_freed_is_remembered_too);
    ADD(the_quarantine_is_bounded_and_first_in_first_out);
    ADD(a_free_by_unobserved_code_implies_no_access);
    ADD(a_phase_does_not_leak_into_the_one_before);
    ADD(who_shares_what_a_cursor_keeps_may_outlive_the_other);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
