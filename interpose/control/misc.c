/*
 * misc: what else must not differ between two runs of a schedule: yields, randomness, the end.
 */
#include <string.h>

#include "base/sys.h"
#include "interpose/control/control.h"

CONTROLLED(int, sched_yield, (void))
{
    if (!CONTROL_HERE)
        return LIBC(sched_yield)();
    return control_step(CONTROL_OP(YIELD, 0));
}

CONTROLLED(void, thrd_yield, (void))
{
    if (CONTROL_HERE)
        control_step(CONTROL_OP(YIELD, 0));
    else
        LIBC(thrd_yield)();
}

/* ---- randomness ---- */

void control_random(void *to, size_t size)
{
    control_changed();
    for (size_t done = 0; done < size; done += sizeof(uint64_t)) {
        uint64_t random = sched_random(control_sched);
        size_t left = size - done;
        memcpy((char *)to + done, &random, left < sizeof random ? left : sizeof random);
    }
}

CONTROLLED(ssize_t, getrandom, (void *to, size_t size, unsigned flags))
{
    if (!CONTROL_HERE)
        return LIBC(getrandom)(to, size, flags);
    control_random(to, size);
    return (ssize_t)size;
}

CONTROLLED(int, getentropy, (void *to, size_t size))
{
    enum { ENTROPY_MAX = 256 };
    if (!CONTROL_HERE || size > ENTROPY_MAX)
        return LIBC(getentropy)(to, size);
    control_random(to, size);
    return 0;
}

CONTROLLED(uint32_t, arc4random, (void))
{
    uint32_t random;
    if (!CONTROL_HERE)
        return LIBC(arc4random)();
    control_random(&random, sizeof random);
    return random;
}

CONTROLLED(uint32_t, arc4random_uniform, (uint32_t limit))
{
    uint64_t random;
    if (!CONTROL_HERE)
        return LIBC(arc4random_uniform)(limit);
    control_random(&random, sizeof random);
    return limit ? (uint32_t)(random % limit) : 0; /* 64 bits: even enough */
}

CONTROLLED(void, arc4random_buf, (void *to, size_t size))
{
    if (CONTROL_HERE)
        control_random(to, size);
    else
        LIBC(arc4random_buf)(to, size);
}

static ssize_t stream_read(void *unused, char *to, size_t size)
{
    (void)unused;
    control_random(to, size);
    return (ssize_t)size;
}

FILE *control_random_stream(const char *path, const char *mode)
{
    bool is_random = !strcmp(path, "/dev/urandom") || !strcmp(path, "/dev/random");
    if (!is_random || *mode != 'r')
        return NULL;
    return fopencookie(NULL, mode, (cookie_io_functions_t){.read = stream_read});
}

/* ---- racerun/racerun.h, racerun/test.h ---- */

RT_EXPORT unsigned rrun_choice(unsigned count);
unsigned rrun_choice(unsigned count)
{
    if (!control_active() || count < 2)
        return 0;
    uint32_t before = rt_cursor.inside;
    rt_cursor.inside |= HB_INSIDE_HOST; /* signals wait */
    unsigned chosen = control_pick(control_self, count, RT_CALLER);
    rt_cursor.inside = before;
    return chosen;
}

RT_EXPORT int rrun_controlled(void);
int rrun_controlled(void)
{
    return control_active();
}

/* ---- the end ---- */

CONTROLLED(void, exit, (int code))
{
    uint32_t expected = control_block->settings.expect_exit;
    if (CONTROL_HERE) {
        control_step(CONTROL_OP(EXIT, 0));
        if (sched_entangled(control_sched))
            control_finish(OUTCOME_DEADLOCK, "the program ends without them");
    }
    if (control_block->settings.same_output ||
        (expected != TRACE_NONE && expected != (uint32_t)(code & 0xff)))
        control_stop();
    control_process_end(code);
}

static size_t append(char *to, size_t at, size_t size, const char *text)
{
    while (*text && at < size - 1)
        to[at++] = *text++;
    to[at] = 0;
    return at;
}

CONTROLLED(void, __assert_fail,
           (const char *condition, const char *file, unsigned line, const char *function))
{
    if (CONTROL_HERE) {
        char text[EXPLORE_TEXT_MAX], digits[12];
        char *digit = digits + sizeof digits - 1;
        *digit = 0;
        for (unsigned rest = line; rest; rest /= 10)
            *--digit = (char)('0' + rest % 10);
        size_t at = append(text, 0, sizeof text, file);
        at = append(text, at, sizeof text, ":");
        at = append(text, at, sizeof text, digit);
        at = append(text, at, sizeof text, ": ");
        at = append(text, at, sizeof text, function ? function : "?");
        at = append(text, at, sizeof text, ": Assertion `");
        at = append(text, at, sizeof text, condition);
        append(text, at, sizeof text, "' failed.");
        control_finish(OUTCOME_ASSERT, text);
    }
    LIBC(__assert_fail)(condition, file, line, function);
}
