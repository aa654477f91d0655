/*
 * futex: waits on a word by way of syscall(2), as std::future, std::atomic::wait and home-made
 * locks have them. Looking at the word and joining the queue is one step, waking is another; who
 * waits is woken in the order of arrival, as the kernel does. What else programs do with futexes
 * (queues moved to another word, locks that the kernel hands over) is refused.
 */
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>

#include "interpose/control/control.h"

/* A thread that waits; on its stack. */
struct waiter {
    struct waiter *next;
    const uint32_t *word;
    uint32_t task, bits;
};
static struct waiter *waiters; /* in the order of arrival */

static struct waiter **place_of(const struct waiter *waiter)
{
    struct waiter **place = &waiters;
    while (*place != waiter)
        place = &(*place)->next;
    return place;
}

/* Others may go before what follows is done with the word. */
static void word_step(enum sched_kind kind, const uint32_t *word, uintptr_t pc)
{
    control_step(&(struct sched_op){
        .kind = (uint16_t)kind,
        .flags = SCHED_ATOMIC,
        .count = sizeof *word,
        .address = (uint64_t)(uintptr_t)word,
        .deadline = SCHED_NEVER,
        .pc = pc,
    });
}

static int futex_wait(const uint32_t *word, uint32_t value, uint32_t bits, uint64_t deadline,
                      uintptr_t pc)
{
    struct waiter self = {.word = word, .task = control_self, .bits = bits};
    word_step(SCHED_READ, word, pc);
    if (__atomic_load_n(word, __ATOMIC_SEQ_CST) != value)
        return EAGAIN;
    *place_of(NULL) = &self;
    uint8_t breaks = deadline == SCHED_NEVER ? SCHED_BREAKS_MAYBE : SCHED_BREAKS_ALWAYS;
    int error = control_step(
        &(struct sched_op){.kind = SCHED_PARKED, .deadline = deadline, .breaks = breaks, .pc = pc});
    if (error)
        *place_of(&self) = self.next;
    return error;
}

static long futex_wake(const uint32_t *word, uint32_t count, uint32_t bits, uintptr_t pc)
{
    long woken = 0;
    word_step(SCHED_UPDATE, word, pc);
    for (struct waiter **place = &waiters; *place && woken < (long)count;) {
        struct waiter *waiter = *place;
        if (waiter->word != word || !(waiter->bits & bits)) {
            place = &waiter->next;
            continue;
        }
        *place = waiter->next;
        sched_wake(control_sched, waiter->task);
        woken++;
    }
    return woken;
}

/* WAIT counts from now; WAIT_BITSET waits until then. */
static uint64_t deadline_of(long operation, const struct timespec *time)
{
    if (!time)
        return SCHED_NEVER;
    if ((operation & FUTEX_CMD_MASK) == FUTEX_WAIT)
        return control_deadline_in(time);
    bool wall = operation & FUTEX_CLOCK_REALTIME;
    return control_deadline(wall ? CLOCK_REALTIME : CLOCK_MONOTONIC, time);
}

long control_futex(const long *arguments, uintptr_t pc)
{
    const uint32_t *word = (const uint32_t *)arguments[0];
    uint32_t value = (uint32_t)arguments[2], bits = FUTEX_BITSET_MATCH_ANY;
    switch (arguments[1] & FUTEX_CMD_MASK) {
    case FUTEX_WAIT_BITSET:
        bits = (uint32_t)arguments[5];
        /* fallthrough */
    case FUTEX_WAIT:
        return -futex_wait(word, value, bits,
                           deadline_of(arguments[1], (const struct timespec *)arguments[3]), pc);
    case FUTEX_WAKE_BITSET:
        bits = (uint32_t)arguments[5];
        /* fallthrough */
    case FUTEX_WAKE:
        return futex_wake(word, value, bits, pc);
    default:
        control_refuse("it uses futexes by system calls other than FUTEX_WAIT and FUTEX_WAKE");
    }
}
