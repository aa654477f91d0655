/*
 * token: a schedule in one line: "rr1-" and base64url of varints: build id, settings, then runs of
 * (task, steps) and the steps whose outcome is not 0, and a checksum of 32 bits.
 */
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "schedule.h"

#define PREFIX "rr1-"
static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
enum { CHECKSUM = 4, STEPS_LIMIT = 1 << 24 };

struct bytes {
    unsigned char *data;
    size_t size, room;
    bool failed; /* memory is out, or nothing is left to read */
};

/* ---- varints ---- */

static void byte_put(struct bytes *to, unsigned char byte)
{
    if (to->size == to->room && !to->failed) {
        size_t room = to->room ? 2 * to->room : 256;
        unsigned char *grown = realloc(to->data, room);
        to->failed = !grown;
        if (grown) {
            to->data = grown;
            to->room = room;
        }
    }
    if (!to->failed)
        to->data[to->size++] = byte;
}

static void number_put(struct bytes *to, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        byte_put(to, (unsigned char)(number | 0x80));
    byte_put(to, (unsigned char)number);
}

/* Reading: `size` is the position, `room` the end. */
static unsigned char byte_get(struct bytes *from)
{
    if (from->size == from->room)
        from->failed = true;
    return from->failed ? 0 : from->data[from->size++];
}

static uint64_t number_get(struct bytes *from)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        unsigned char byte = byte_get(from);
        number |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return number;
    }
    from->failed = true;
    return 0;
}

/* ---- the contents ---- */

static void build_id_put(struct bytes *to, const char *hex)
{
    size_t length = strlen(hex);
    number_put(to, length);
    for (size_t i = 0; i < length; i++)
        byte_put(to, (unsigned char)hex[i]);
}

static void body_put(struct bytes *to, const char *body)
{
    size_t length = body ? strlen(body) : 0;
    number_put(to, length);
    for (size_t i = 0; i < length; i++)
        byte_put(to, (unsigned char)body[i]);
}

static bool body_get(struct bytes *from, struct schedule *schedule)
{
    uint64_t length = number_get(from);
    if (from->failed || length > from->room - from->size)
        return false;
    schedule->body = calloc(length + 1, 1);
    for (uint64_t i = 0; schedule->body && i < length; i++)
        schedule->body[i] = (char)byte_get(from);
    return schedule->body != NULL;
}

static void steps_put(struct bytes *to, const struct schedule *schedule)
{
    uint32_t outcomes = 0;
    number_put(to, schedule->steps_count);
    for (uint32_t i = 0, next; i < schedule->steps_count; i = next) {
        for (next = i; next < schedule->steps_count; next++)
            if (schedule->steps[next].task != schedule->steps[i].task)
                break;
        number_put(to, schedule->steps[i].task);
        number_put(to, next - i);
    }
    for (uint32_t i = 0; i < schedule->steps_count; i++)
        outcomes += schedule->steps[i].outcome != 0;
    number_put(to, outcomes);
    for (uint32_t i = 0; i < schedule->steps_count; i++)
        if (schedule->steps[i].outcome) {
            number_put(to, i);
            number_put(to, schedule->steps[i].outcome);
        }
}

static bool steps_get(struct bytes *from, struct schedule *schedule)
{
    uint64_t count = number_get(from);
    if (from->failed || count > STEPS_LIMIT)
        return false;
    schedule->steps = calloc(count + 1, sizeof *schedule->steps);
    if (!schedule->steps)
        return false;
    schedule->steps_count = (uint32_t)count;
    for (uint64_t i = 0; i < count && !from->failed;) {
        uint64_t task = number_get(from), run = number_get(from);
        if (!run || run > count - i || task > UINT32_MAX)
            return false;
        for (; run--; i++)
            schedule->steps[i] = (struct trace_event){.task = (uint32_t)task, .kind = SCHED_KINDS};
    }
    for (uint64_t left = number_get(from); left && !from->failed; left--) {
        uint64_t at = number_get(from), outcome = number_get(from);
        if (at >= count || outcome > UINT32_MAX)
            return false;
        schedule->steps[at].outcome = (uint32_t)outcome;
    }
    return !from->failed;
}

static bool places_get(struct bytes *from, struct schedule *schedule)
{
    uint64_t count = number_get(from);
    if (from->failed || count > from->room - from->size)
        return false;
    schedule->places = calloc(count + 1, sizeof *schedule->places);
    if (!schedule->places)
        return false;
    while (schedule->places_count < count)
        schedule->places[schedule->places_count++] = number_get(from);
    return !from->failed;
}

static void contents_put(struct bytes *to, const struct schedule *schedule)
{
    build_id_put(to, schedule->build_id);
    number_put(to, schedule->visible);
    number_put(to, schedule->spurious_max);
    number_put(to, schedule->time_choices);
    number_put(to, schedule->steps_max);
    number_put(to, schedule->expect_exit);
    number_put(to, schedule->leaks);
    number_put(to, schedule->unstopped);
    number_put(to, schedule->release_cxx20);
    number_put(to, schedule->output);
    body_put(to, schedule->body);
    number_put(to, schedule->seed_program);
    number_put(to, schedule->places_count);
    for (uint32_t i = 0; i < schedule->places_count; i++)
        number_put(to, schedule->places[i]);
    steps_put(to, schedule);
    number_put(to, schedule->misuse);
    number_put(to, schedule->quarantine);
    uint64_t digest = digest_add(DIGEST_INITIAL, to->data, to->size);
    for (int i = 0; i < CHECKSUM; i++)
        byte_put(to, (unsigned char)(digest >> 8 * i));
}

static bool contents_get(struct bytes *from, struct schedule *schedule)
{
    uint64_t length = number_get(from);
    if (length >= sizeof schedule->build_id)
        return false;
    for (uint64_t i = 0; i < length; i++)
        schedule->build_id[i] = (char)byte_get(from);
    schedule->visible = (uint32_t)number_get(from);
    schedule->spurious_max = (uint32_t)number_get(from);
    schedule->time_choices = (uint32_t)number_get(from);
    schedule->steps_max = (uint32_t)number_get(from);
    schedule->expect_exit = (uint32_t)number_get(from);
    schedule->leaks = (uint32_t)number_get(from);
    schedule->unstopped = (uint32_t)number_get(from);
    schedule->release_cxx20 = (uint32_t)number_get(from);
    schedule->output = number_get(from);
    if (!body_get(from, schedule))
        return false;
    schedule->seed_program = number_get(from);
    if (!places_get(from, schedule) || !steps_get(from, schedule))
        return false;
    if (from->size < from->room) { /* else it is from before these were recorded */
        schedule->misuse = (uint32_t)number_get(from);
        schedule->quarantine = number_get(from);
    }
    return !from->failed && from->size == from->room;
}

/* ---- base64url ---- */

static char *base64_encode(const unsigned char *data, size_t size)
{
    char *text = malloc(sizeof PREFIX + (size + 2) / 3 * 4);
    if (!text)
        return NULL;
    char *to = stpcpy(text, PREFIX);
    uint32_t bits = 0;
    int count = 0;
    for (size_t i = 0; i < size; i++) {
        bits = bits << 8 | data[i];
        for (count += 8; count >= 6; count -= 6)
            *to++ = alphabet[bits >> (count - 6) & 63];
    }
    if (count)
        *to++ = alphabet[bits << (6 - count) & 63];
    *to = 0;
    return text;
}

/* Bytes into to->data, their number into to->room. */
static bool base64_decode(const char *text, struct bytes *to)
{
    uint32_t bits = 0;
    int count = 0;
    to->data = malloc(strlen(text) + 1);
    for (; to->data && *text; text++) {
        const char *at = strchr(alphabet, *text);
        if (!at)
            return false;
        bits = bits << 6 | (uint32_t)(at - alphabet);
        if ((count += 6) >= 8)
            to->data[to->room++] = (unsigned char)(bits >> (count -= 8));
    }
    return to->data != NULL;
}

/* ---- the whole ---- */

char *schedule_token(const struct schedule *schedule)
{
    struct bytes bytes = {0};
    contents_put(&bytes, schedule);
    char *token = bytes.failed ? NULL : base64_encode(bytes.data, bytes.size);
    free(bytes.data);
    return token;
}

bool schedule_is_token(const char *text)
{
    return strncmp(text, PREFIX, sizeof PREFIX - 1) == 0;
}

static bool checksum_take(struct bytes *bytes)
{
    if (bytes->room < CHECKSUM)
        return false;
    bytes->room -= CHECKSUM;
    uint64_t digest = digest_add(DIGEST_INITIAL, bytes->data, bytes->room);
    for (int i = 0; i < CHECKSUM; i++)
        if (bytes->data[bytes->room + (size_t)i] != (unsigned char)(digest >> 8 * i))
            return false;
    return true;
}

const char *schedule_from_token(const char *token, struct schedule *ret_schedule)
{
    struct bytes bytes = {0};
    const char *wrong = NULL;
    *ret_schedule = (struct schedule){.misuse = SCHEDULE_UNSAID, .quarantine = SCHEDULE_UNSAID};
    if (!schedule_is_token(token))
        wrong = "it is no token";
    else if (!base64_decode(token + sizeof PREFIX - 1, &bytes) || !checksum_take(&bytes))
        wrong = "it is damaged or not complete";
    else if (!contents_get(&bytes, ret_schedule))
        wrong = "it makes no sense";
    free(bytes.data);
    return wrong;
}
