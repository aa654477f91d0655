/*
 * state: names the state in which a task of the program stands before an operation, for exhaustive
 * search to see that a loop has come round (sched_op.state). Two equal names mean that the task
 * will go on in the same way as far as it meets the same: the registers that its code keeps across
 * the call into us, what it calls us with (which may be in registers that it does not keep), its
 * stack from there to where the program's code begins, and how often it has changed something else:
 * memory that is not its stack, the clock, the state of random numbers. What it changes without our
 * seeing it loops.c finds.
 *
 * The registers of the program's code are where our own functions have saved them, as the unwind
 * tables of our library say. What these say of a place is kept in memory that schedules do not put
 * back.
 */
#include <elf.h>
#include <link.h>
#include <string.h>

#include "base/rng.h"
#include "base/room.h"
#include "interpose/control/control.h"

/* By their numbers in unwind tables. */
enum { RBX = 3, RBP = 6, RSP = 7, R12 = 12, R15 = 15, PC = 16, REGISTERS };

bool control_watches;

/* ---- what unwind tables say of a place ---- */

struct rule {
    uintptr_t pc;
    uint32_t base;            /* register to which ... */
    int32_t offset;           /* ... this is added: the stack pointer before the call */
    int32_t saved[REGISTERS]; /* there, relative to that; 0: unchanged */
    uint8_t list[REGISTERS];  /* those that are saved, */
    uint8_t count;            /* so many, in no order */
    bool known;
};

/* What lies so close below where a thread's stack begins is of that stack, never of another on
 * which its code may run (makecontext, sigaltstack); more would take too long at each operation,
 * too. */
enum { RULES_LOG = 8, RULES = 1 << RULES_LOG, DEPTH = 4, FRAMES_MAX = 16, STACK_MAX = 64 << 10 };
static struct rule *rules; /* RULES of them, by pc */

/* What states were called in the last execution: by how many steps had been taken. One that begins
 * with the same steps comes through the same, in an engine that lays memory out alike. */
static struct kept {
    bool same_engine;
    struct {
        uint64_t name, place; /* which operation that was */
    } states[EXPLORE_STEPS_MAX];
} * kept;
static uint32_t kept_count; /* that hold in the execution in progress */

/* As DWARF writes it down; read until `at` is `end`. */
struct bytes {
    const uint8_t *at, *end;
    bool wrong;
};

static uint64_t take_uint(struct bytes *bytes, unsigned size)
{
    uint64_t value = 0;
    if ((size_t)(bytes->end - bytes->at) < size) {
        bytes->wrong = true;
        return 0;
    }
    memcpy(&value, bytes->at, size);
    bytes->at += size;
    return value;
}

static uint64_t take_uleb(struct bytes *bytes)
{
    uint64_t value = 0, part;
    unsigned shift = 0;
    do {
        part = take_uint(bytes, 1);
        value |= (part & 0x7f) << shift;
        shift += 7;
    } while (part & 0x80 && shift < 64);
    return value;
}

struct machine {
    struct rule now, first, kept[DEPTH];
    unsigned depth;
    uintptr_t place;
};

static void save(struct machine *machine, uint64_t number, int64_t offset)
{
    if (number < REGISTERS)
        machine->now.saved[number] = (int32_t)offset;
}

/* Those whose argument is in the low bits. False: it is another. */
static bool instruction_short(struct machine *machine, struct bytes *bytes, uint8_t code)
{
    enum { ADVANCE = 1, OFFSET = 2, RESTORE = 3, DATA_ALIGN = -8 };
    uint8_t low = code & 0x3f;
    if (code >> 6 == ADVANCE)
        machine->place += low;
    else if (code >> 6 == OFFSET)
        save(machine, low, DATA_ALIGN * (int64_t)take_uleb(bytes));
    else if (code >> 6 == RESTORE)
        save(machine, low, low < REGISTERS ? machine->first.saved[low] : 0);
    return code >> 6 != 0;
}

/* False: it is one that compilers do not use in code like ours. */
static bool instruction_long(struct machine *machine, struct bytes *bytes, uint8_t code)
{
    enum {
        NOP = 0,
        ADVANCE_1 = 2,
        ADVANCE_2,
        ADVANCE_4,
        REMEMBER = 0xa,
        RECALL,
        BASE,
        BASE_REGISTER,
        BASE_OFFSET,
        ARGUMENTS = 0x2e
    };
    switch (code) {
    case NOP:
        return true;
    case ADVANCE_1:
    case ADVANCE_2:
    case ADVANCE_4:
        machine->place += take_uint(bytes, 1u << (code - ADVANCE_1));
        return true;
    case REMEMBER:
        if (machine->depth == DEPTH)
            return false;
        machine->kept[machine->depth++] = machine->now;
        return true;
    case RECALL:
        if (!machine->depth)
            return false;
        machine->now = machine->kept[--machine->depth];
        return true;
    case BASE:
        machine->now.base = (uint32_t)take_uleb(bytes);
        machine->now.offset = (int32_t)take_uleb(bytes);
        return machine->now.base < REGISTERS;
    case BASE_REGISTER:
        machine->now.base = (uint32_t)take_uleb(bytes);
        return machine->now.base < REGISTERS;
    case BASE_OFFSET:
        machine->now.offset = (int32_t)take_uleb(bytes);
        return true;
    case ARGUMENTS:
        take_uleb(bytes);
        return true;
    default:
        return false;
    }
}

/* Up to what holds at `pc`. */
static bool instructions_run(struct machine *machine, struct bytes *bytes, uintptr_t pc)
{
    while (bytes->at < bytes->end && machine->place <= pc && !bytes->wrong) {
        uint8_t code = (uint8_t)take_uint(bytes, 1);
        if (!instruction_short(machine, bytes, code) && !instruction_long(machine, bytes, code))
            return false;
    }
    return !bytes->wrong;
}

/* An entry of the table, from behind its length on. */
static struct bytes entry_open(const uint8_t *at)
{
    uint32_t length;
    memcpy(&length, at, sizeof length);
    return (struct bytes){.at = at + sizeof length, .end = at + sizeof length + length};
}

/* What holds at the beginning of each function of the kind; reads only what compilers write for C
 * (augmentation "zR", addresses relative to where they stand). */
static bool common_read(const uint8_t *at, struct machine *machine)
{
    enum { PC_RELATIVE_4 = 0x1b, VERSION = 1 };
    struct bytes bytes = entry_open(at);
    bool right = take_uint(&bytes, 4) == 0 && take_uint(&bytes, 1) == VERSION &&
                 take_uint(&bytes, 1) == 'z' && take_uint(&bytes, 1) == 'R' &&
                 take_uint(&bytes, 1) == 0;
    right = right && take_uleb(&bytes) == 1 && take_uleb(&bytes) == 0x78 /* -8 */ &&
            take_uint(&bytes, 1) == PC && take_uleb(&bytes) == 1 &&
            take_uint(&bytes, 1) == PC_RELATIVE_4;
    if (!right || !instructions_run(machine, &bytes, UINTPTR_MAX))
        return false;
    machine->first = machine->now;
    return true;
}

static bool function_read(const uint8_t *at, uintptr_t pc, struct rule *ret_rule)
{
    struct machine machine = {0};
    struct bytes bytes = entry_open(at);
    const uint8_t *place = bytes.at;
    uint32_t back = (uint32_t)take_uint(&bytes, 4);
    if (!common_read(place - back, &machine))
        return false;
    place = bytes.at;
    uintptr_t first = (uintptr_t)place + (uintptr_t)(int32_t)take_uint(&bytes, 4);
    uint64_t size = take_uint(&bytes, 4);
    bytes.at += take_uleb(&bytes);
    machine.place = first;
    if (pc - first >= size || !instructions_run(&machine, &bytes, pc))
        return false;
    *ret_rule = machine.now;
    return true;
}

/* The search table of our unwind tables: pairs of addresses, relative to its own beginning. */
struct index {
    const uint8_t *base;
    const int32_t (*pairs)[2];
    uint32_t count;
};

static struct index index_find(void)
{
    enum { HEADER = 12, ENCODINGS = 0x3b031b01 /* version 1, the usual encodings */ };
    const ElfW(Ehdr) *header = (const void *)__ehdr_start;
    const ElfW(Phdr) *segments = (const void *)(__ehdr_start + header->e_phoff);
    for (int i = 0; i < header->e_phnum; i++) {
        const uint8_t *base = (const uint8_t *)__ehdr_start + segments[i].p_vaddr;
        uint32_t encodings, count;
        if (segments[i].p_type != PT_GNU_EH_FRAME)
            continue;
        memcpy(&encodings, base, sizeof encodings);
        memcpy(&count, base + HEADER - sizeof count, sizeof count);
        if (encodings == ENCODINGS)
            return (struct index){base, (const void *)(base + HEADER), count};
    }
    return (struct index){0};
}

static bool rule_read(uintptr_t pc, struct rule *ret_rule)
{
    struct index index = index_find();
    int64_t wanted = (int64_t)(pc - (uintptr_t)index.base);
    uint32_t low = 0, high = index.count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (index.pairs[middle][0] <= wanted)
            low = middle;
        else
            high = middle;
    }
    return index.count && function_read(index.base + index.pairs[low][1], pc, ret_rule);
}

static const struct rule *rule_find(uintptr_t pc)
{
    struct rule *rule = &rules[pc * RNG_GOLDEN >> (64 - RULES_LOG)];
    if (rule->pc == pc)
        return rule;
    struct rule read = {0};
    read.known = rule_read(pc, &read);
    read.pc = pc;
    for (uint8_t i = 0; i < REGISTERS; i++)
        if (read.saved[i])
            read.list[read.count++] = i;
    *rule = read;
    return rule;
}

/* ---- where the program's code called us ---- */

static_assert((int)REGISTERS == (int)EXPLORE_REGISTERS, "all that registers_take writes");
__asm__(".text\n"
        ".hidden registers_take\n.globl registers_take\n.type registers_take, @function\n"
        "registers_take:\n"
        "    movq %rbx, 24(%rdi)\n    movq %rbp, 48(%rdi)\n"
        "    leaq 8(%rsp), %rax\n    movq %rax, 56(%rdi)\n"
        "    movq %r12, 96(%rdi)\n    movq %r13, 104(%rdi)\n"
        "    movq %r14, 112(%rdi)\n    movq %r15, 120(%rdi)\n"
        "    movq (%rsp), %rax\n    movq %rax, 128(%rdi)\n"
        "    ret\n"
        ".size registers_take, . - registers_take\n");

static bool is_own_code(uintptr_t pc)
{
    return pc - (uintptr_t)__ehdr_start < (uintptr_t)(etext - __ehdr_start);
}

/* From a function of ours to its caller. */
static bool frame_leave(uint64_t registers[REGISTERS])
{
    const struct rule *rule = rule_find(registers[PC] - 1);
    if (!rule->known)
        return false;
    uint64_t base = registers[rule->base] + (uint64_t)(int64_t)rule->offset;
    for (uint32_t i = 0; i < rule->count; i++)
        memcpy(&registers[rule->list[i]], (const char *)base + rule->saved[rule->list[i]],
               sizeof *registers);
    registers[RSP] = base;
    return true;
}

/* Cheaper than to mix each word well: that is done with the last sum. */
static inline uint64_t word_add(uint64_t hash, uint64_t word)
{
    return (hash ^ word) * RNG_GOLDEN + (hash >> 47);
}

static uint64_t operation_add(uint64_t hash, const struct sched_op *op)
{
    hash = word_add(word_add(hash, op->address), op->mutex);
    return word_add(hash, (uint64_t)op->kind << 48 | (uint64_t)op->flags << 32 | op->count);
}

/* What else is the task's own: how it computes with floating point, and which exceptions that
 * raised; how it may be disturbed. */
static uint64_t modes_add(uint64_t hash, const struct control_thread *self)
{
    uint32_t sse;
    uint16_t x87, raised;
    __asm__ volatile("stmxcsr %0" : "=m"(sse));
    __asm__ volatile("fnstcw %0" : "=m"(x87));
    __asm__ volatile("fnstsw %0" : "=m"(raised));
    hash = word_add(hash, (uint64_t)sse << 32 | (uint64_t)x87 << 16 | raised);
    hash = word_add(hash, self->signals.mask);
    return word_add(hash, self->cancel.disabled * 2u + self->cancel.asynchronous);
}

static uint64_t state_name(const struct sched_op *op)
{
    const struct control_thread *self = control_thread(control_self);
    uint64_t registers[REGISTERS]; /* those that functions keep */
    if (!self->stack_base)
        return 0;
    registers_take(registers);
    for (int frames = 0; is_own_code(registers[PC]); frames++)
        if (frames == FRAMES_MAX || !frame_leave(registers))
            return 0;
    if (self->stack_base - registers[RSP] - 1 >= STACK_MAX)
        return 0;
    uint64_t hash = operation_add(rng_mix(self->changes), op);
    hash = modes_add(hash, self);
    hash = word_add(word_add(hash, registers[PC]), registers[RBX]);
    hash = word_add(hash, registers[RBP]);
    for (int i = R12; i <= R15; i++)
        hash = word_add(hash, registers[i]);
    const uint64_t *word = (const uint64_t *)registers[RSP];
    for (; word < (const uint64_t *)self->stack_base; word++)
        hash = word_add(hash, *word);
    return rng_mix(hash + registers[RSP]) | 1;
}

uint64_t control_state(const struct sched_op *op)
{
    uint32_t steps = sched_steps(control_sched);
    if (!rules || !kept || steps >= EXPLORE_STEPS_MAX)
        return 0;
    uint64_t place = (op->pc + op->address) * RNG_GOLDEN + control_self;
    if (steps >= kept_count || kept->states[steps].place != place) {
        kept->states[steps].place = place;
        kept->states[steps].name = state_name(op);
    }
    return kept->states[steps].name;
}

void control_states_begin(uint32_t known)
{
    /* Where libc's threads put what they allocate depends on their timing. */
    bool alike = control_block->engine != ENGINE_THREADS;
    kept_count = kept && kept->same_engine && alike ? known : 0;
    if (kept)
        kept->same_engine = true;
}

void control_states_forget(void)
{
    if (kept)
        kept->same_engine = false;
}

/* ---- what else it goes on by ---- */

void control_changed(void)
{
    if (control_active())
        control_thread(control_self)->changes++;
}

void control_wrote(const volatile void *memory)
{
    uintptr_t at = (uintptr_t)memory, here = (uintptr_t)__builtin_frame_address(0);
    if (control_active() && at - here >= control_thread(control_self)->stack_base - here)
        control_thread(control_self)->changes++;
}

void control_state_begin(struct room *room)
{
    rules = room_take(room, RULES * sizeof *rules);
    kept = room_take(room, sizeof *kept);
}
