/*
 * thread_memory: where a thread's stack and TLS are, cheaply.
 *
 * glibc puts the static TLS and the control block (struct pthread, to which pthread_self points)
 * at the top of the thread's stack block, and notes the block in the control block. Where it notes
 * it is learned from the first thread: pthread_getattr_np tells the block (at the price of an
 * allocation and a system call), and the words that hold it are searched for. A thread whose
 * words do not make sense is asked with pthread_getattr_np again.
 */
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/sys.h"
#include "interpose/image.h"
#include "interpose/thread.h"

enum {
    CONTROL_BLOCK_BYTES = PROTO_TLS_CONTROL,
    STACK_UNLIMITED = 1 << 30,
    MAIN_STACK_GUESS = 8 << 20,
    GUARD_MAX = 1 << 20,
};

struct block {
    uintptr_t low;
    size_t size;
};

static _Atomic size_t block_offset; /* of a struct block in the control block; 0 = not known */

static bool block_plausible(struct block block)
{
    uintptr_t self = pthread_self(), here = (uintptr_t)__builtin_frame_address(0);
    return block.low < here && here < block.low + block.size && block.low < self &&
           block.size < (size_t)1 << 46;
}

static struct block block_at(size_t offset)
{
    struct block block;
    memcpy(&block, (const char *)pthread_self() + offset, sizeof block);
    return block;
}

static struct block block_ask(void)
{
    pthread_attr_t attr;
    void *low = NULL;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attr) == 0) {
        pthread_attr_getstack(&attr, &low, &size);
        pthread_attr_destroy(&attr);
    }
    return (struct block){(uintptr_t)low, size};
}

static void block_learn(struct block block)
{
    for (size_t offset = 8; offset + sizeof block <= CONTROL_BLOCK_BYTES; offset += 8) {
        struct block found = block_at(offset);
        uintptr_t guard = block.low - found.low; /* libc leaves it out of what it tells */
        if (found.low + found.size == block.low + block.size && guard <= GUARD_MAX) {
            atomic_store(&block_offset, offset);
            return;
        }
    }
}

static struct block block_find(void)
{
    size_t offset = atomic_load(&block_offset);
    if (offset) {
        struct block block = block_at(offset);
        if (block_plausible(block))
            return block;
    }
    struct block block = block_ask();
    if (block_plausible(block))
        block_learn(block);
    return block;
}

/* Bytes of static TLS, the control block included. */
static size_t tls_size(void)
{
    static _Atomic size_t known;
    size_t size = atomic_load(&known);
    if (size)
        return size;
    size = CONTROL_BLOCK_BYTES;
    const struct link_map *map = image_find("ld-linux");
    struct image image;
    if (map && image_read(&image, map->l_addr, map->l_ld)) {
        size_t align;
        void (*info)(size_t *, size_t *) =
            (void (*)(size_t *, size_t *))image_symbol(&image, "_dl_get_tls_static_info");
        if (info)
            info(&size, &align);
    }
    atomic_store(&known, size);
    return size;
}

static void tls_find(struct thread_memory *memory)
{
    uintptr_t self = pthread_self();
    memory->tls_high = self + CONTROL_BLOCK_BYTES;
    memory->tls_low = memory->tls_high - tls_size();
}

void thread_memory(struct thread_memory *ret_memory)
{
    struct block block = block_find();
    tls_find(ret_memory);
    ret_memory->stack_low = block.low;
    ret_memory->stack_high = block.low + block.size;
}

/* ---- the main thread: its stack is the kernel's mapping, which may grow to the limit ---- */

struct mapping {
    uintptr_t addr, end;
};

/* The end of the mapping that contains `addr`. */
static bool mapping_take(const char *line, void *context)
{
    struct mapping *mapping = context;
    uintptr_t low = sys_hex_take(&line);
    line++;
    uintptr_t high = sys_hex_take(&line);
    if (low <= mapping->addr && mapping->addr < high)
        mapping->end = high;
    return !mapping->end;
}

void thread_memory_main(struct thread_memory *ret_memory)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    struct mapping mapping = {.addr = here};
    struct rlimit limit = {0};
    sys_call3(SYS_getrlimit, RLIMIT_STACK, (long)&limit, 0);
    size_t size = limit.rlim_cur < STACK_UNLIMITED ? limit.rlim_cur : MAIN_STACK_GUESS;
    tls_find(ret_memory);
    sys_mappings_read(mapping_take, &mapping);
    ret_memory->stack_high = mapping.end ? mapping.end : here;
    ret_memory->stack_low = ret_memory->stack_high - size;
}
