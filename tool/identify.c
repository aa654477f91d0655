#include "identify.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "trace/digest.h"

static void digest_file(int fd, char *ret_id, size_t size)
{
    char buffer[65536];
    uint64_t digest = DIGEST_INITIAL;
    ssize_t got;
    if (lseek(fd, 0, SEEK_SET) < 0)
        return;
    while ((got = read(fd, buffer, sizeof buffer)) > 0)
        digest = digest_add(digest, buffer, (size_t)got);
    if (got == 0)
        snprintf(ret_id, size, "f%016" PRIx64, digest);
}

void identify_build(const char *path, char *ret_id, size_t size)
{
    const void *bytes = NULL;
    *ret_id = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
    ssize_t length = elf ? dwelf_elf_gnu_build_id(elf, &bytes) : 0;
    for (ssize_t i = 0; i < length && (size_t)(2 * i + 2) < size; i++)
        snprintf(ret_id + 2 * i, 3, "%02x", ((const unsigned char *)bytes)[i]);
    if (elf)
        elf_end(elf);
    if (length <= 0)
        digest_file(fd, ret_id, size);
    close(fd);
}
