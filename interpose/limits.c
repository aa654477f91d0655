#include "interpose/limits.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/sys.h"

/* Number `field` of /proc/self/statm: 0 pages mapped, 1 pages resident. 0 if it cannot be told. */
static size_t statm_pages(int field)
{
    char text[64];
    long fd =
        sys_call6(SYS_openat, AT_FDCWD, (long)"/proc/self/statm", O_RDONLY | O_CLOEXEC, 0, 0, 0);
    if (fd < 0)
        return 0;
    long length = sys_call3(SYS_read, fd, (long)text, sizeof text);
    sys_call3(SYS_close, fd, 0, 0);
    size_t pages = 0;
    for (long i = 0; i < length && field >= 0; i++) {
        if (text[i] == ' ')
            field--;
        else if (field == 0)
            pages = pages * 10 + (size_t)(text[i] - '0');
    }
    return pages;
}

size_t limits_address_space(void)
{
    struct rlimit limit;
    long failed = sys_call6(SYS_prlimit64, 0, RLIMIT_AS, 0, (long)&limit, 0, 0);
    if (failed || limit.rlim_cur == RLIM_INFINITY)
        return 0;
    size_t used = statm_pages(0) * 4096;
    return used < limit.rlim_cur ? limit.rlim_cur - used : 1;
}

size_t limits_resident(void)
{
    return statm_pages(1) * 4096;
}

bool limits_thread_sleeps(uint32_t tid)
{
    char path[] = "4294967295/stat", text[128];
    long folder = sys_call6(SYS_openat, AT_FDCWD, (long)"/proc/self/task",
                            O_PATH | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
    if (folder < 0)
        return false;
    char *digit = path + sizeof "4294967295" - 1;
    do
        *--digit = (char)('0' + tid % 10);
    while (tid /= 10);
    long fd = sys_call6(SYS_openat, folder, (long)digit, O_RDONLY | O_CLOEXEC, 0, 0, 0);
    sys_call3(SYS_close, folder, 0, 0);
    if (fd < 0)
        return false;
    long size = sys_call3(SYS_read, fd, (long)text, sizeof text);
    sys_call3(SYS_close, fd, 0, 0);
    for (long i = size - 3; i >= 0; i--)
        if (text[i] == ')') /* the name before it may contain any character */
            return text[i + 2] == 'S';
    return false;
}
