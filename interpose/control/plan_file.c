/*
 * plan_file: the whole exhaustive search, written to a file of the tool's while no worker is busy,
 * and read from it before the first schedule.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "base/sys.h"
#include "interpose/control/plan.h"

static void refuse(const char *why)
{
    struct explore_answer *answer = &control_block->answer;
    size_t size = strlen(why);
    if (size >= EXPLORE_TEXT_MAX)
        size = EXPLORE_TEXT_MAX - 1;
    answer->outcome = OUTCOME_REFUSED;
    memcpy(answer->text, why, size);
    answer->text[size] = 0;
}

/* ---- out ---- */

struct output {
    int fd;
    size_t count;
    char buffer[1 << 16];
};

static bool output_flush(struct output *output)
{
    for (size_t done = 0; done < output->count;) {
        long written = sys_write(output->fd, output->buffer + done, output->count - done);
        if (written <= 0)
            return false;
        done += (size_t)written;
    }
    output->count = 0;
    return true;
}

static bool output_add(void *context, const void *bytes, size_t size)
{
    struct output *output = context;
    const char *from = bytes;
    while (size) {
        size_t room = sizeof output->buffer - output->count, part = size < room ? size : room;
        memcpy(output->buffer + output->count, from, part);
        output->count += part;
        from += part;
        size -= part;
        if (output->count == sizeof output->buffer && !output_flush(output))
            return false;
    }
    return true;
}

/* What the workers have of it goes back to it. False: one has died with its part in its hands. */
static bool parts_gather(void)
{
    for (uint32_t i = 0; i < control_shared->workers; i++) {
        struct plan_search *search = &plan_common->searches[i];
        if (search->plans)
            return false;
        if (search->explore && search->age == plan_common->age)
            explore_release(search->explore);
    }
    return true;
}

static void save(int fd)
{
    static struct output output;
    output.fd = fd;
    output.count = 0;
    if (!plan_common->frontier) /* nothing was run yet */
        plan_frontier_make();
    if (!parts_gather())
        refuse("a process died while it planned");
    else if (sys_call3(SYS_ftruncate, fd, 0, 0) ||
             !output_add(&output, &plan_common->coarse, sizeof plan_common->coarse) ||
             !frontier_save(plan_common->frontier, output_add, &output) || !output_flush(&output))
        refuse("there is no memory to write the search down");
}

/* ---- in ---- */

static const char *parse(const char *bytes, size_t size)
{
    if (size < sizeof plan_common->coarse)
        return "it ends too early";
    memcpy(&plan_common->coarse, bytes, sizeof plan_common->coarse);
    if (plan_common->coarse > 1)
        return "its beginning makes no sense";
    return frontier_load(plan_common->frontier, bytes + sizeof plan_common->coarse,
                         size - sizeof plan_common->coarse);
}

static void load(int fd)
{
    long size = sys_call3(SYS_lseek, fd, 0, SEEK_END);
    plan_frontier_make();
    long base = sys_call6(SYS_mmap, 0, size, PROT_READ, MAP_SHARED, fd, 0);
    if (size <= 0 || (base < 0 && base > -4096)) {
        refuse("it is empty");
        return;
    }
    const char *wrong = parse((const char *)base, (size_t)size);
    sys_call3(SYS_munmap, base, size, 0);
    if (wrong)
        refuse(wrong);
}

bool control_frontier_command(void)
{
    uint32_t what = control_block->command.frontier;
    if (what == FRONTIER_STAYS)
        return false;
    long fd = sys_call6(SYS_openat, AT_FDCWD, (long)control_shared->frontier, O_RDWR | O_CLOEXEC, 0,
                        0, 0);
    if (fd < 0)
        refuse("the file for it cannot be opened");
    else if (what == FRONTIER_SAVE)
        save((int)fd);
    else
        load((int)fd);
    if (fd >= 0)
        sys_call3(SYS_close, fd, 0, 0);
    return true;
}
