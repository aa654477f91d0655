#include "report_fixture.h"

#include <check.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"

/* ---- programs ---- */

struct fixture fixture_open(const char *path, uint64_t bias)
{
    struct fixture fixture = {.bias = bias, .low = UINT64_MAX};
    snprintf(fixture.path, sizeof(fixture.path), "%s", path);
    elf_version(EV_CURRENT);
    int fd = open(path, O_RDONLY);
    CHECK_MSG(fd >= 0, "a fixture is missing");
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    size_t count;
    CHECK(elf && elf_getphdrnum(elf, &count) == 0);
    for (size_t i = 0; i < count; i++) {
        GElf_Phdr header;
        CHECK(gelf_getphdr(elf, (int)i, &header));
        if (header.p_type != PT_LOAD)
            continue;
        uint64_t low = bias + header.p_vaddr;
        fixture.low = low < fixture.low ? low : fixture.low;
        if (low + header.p_memsz > fixture.high)
            fixture.high = low + header.p_memsz;
    }
    elf_end(elf);
    close(fd);
    return fixture;
}

static bool section_find(Elf *elf, Elf_Scn *section, const char *symbol, uint64_t *ret_value)
{
    GElf_Shdr header;
    CHECK(gelf_getshdr(section, &header));
    if (header.sh_type != SHT_SYMTAB)
        return false;
    Elf_Data *data = elf_getdata(section, NULL);
    for (size_t i = 0; i < header.sh_size / header.sh_entsize; i++) {
        GElf_Sym sym;
        CHECK(gelf_getsym(data, (int)i, &sym));
        if (strcmp(elf_strptr(elf, header.sh_link, sym.st_name), symbol) == 0) {
            *ret_value = sym.st_value;
            return true;
        }
    }
    return false;
}

uint64_t fixture_at(const struct fixture *fixture, const char *symbol)
{
    int fd = open(fixture->path, O_RDONLY);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    CHECK(elf);
    uint64_t value = 0;
    bool found = false;
    for (Elf_Scn *section = NULL; !found && (section = elf_nextscn(elf, section));)
        found = section_find(elf, section, symbol, &value);
    elf_end(elf);
    close(fd);
    if (!found)
        fprintf(stderr, "no symbol %s in %s\n", symbol, fixture->path);
    CHECK(found);
    return fixture->bias + value;
}

/* ---- records ---- */

static void *record_new(uint32_t pid, uint16_t type, size_t fixed, const char *text)
{
    size_t size = (fixed + strlen(text) + 1 + 7) & ~(size_t)7;
    struct proto_record *record = calloc(1, size);
    record->size = (uint32_t)size;
    record->type = type;
    record->pid = pid;
    memcpy((char *)record + fixed, text, strlen(text));
    atomic_store(&record->state, RECORD_COMPLETE);
    return record;
}

struct proto_record *record_process(uint32_t pid, uint32_t parent, enum proto_process_how how,
                                    const char *path)
{
    struct proto_process *process =
        record_new(pid, RECORD_PROCESS, offsetof(struct proto_process, path), path);
    process->parent_pid = parent;
    process->how = how;
    process->instrumented = 1;
    return &process->head;
}

struct proto_record *record_module(uint32_t pid, const struct fixture *fixture, int is_main)
{
    struct proto_module *module =
        record_new(pid, RECORD_MODULE, offsetof(struct proto_module, path), fixture->path);
    module->low = fixture->low;
    module->high = fixture->high;
    module->bias = fixture->bias;
    module->instrumented = 1;
    module->main = is_main != 0;
    return &module->head;
}

struct proto_record *record_notice(uint32_t pid, const char *text)
{
    return record_new(pid, RECORD_NOTICE, offsetof(struct proto_notice, text), text);
}

int report_take(struct report *report, struct proto_record *record)
{
    int result = report_add(report, record, record->size);
    free(record);
    return result;
}

/* ---- findings ---- */

void draft_begin(struct draft *draft, enum proto_finding_kind kind)
{
    memset(draft, 0, sizeof(*draft));
    struct proto_finding *f = &draft->finding;
    f->kind = kind;
    f->now.task = f->now.stack = f->before.task = f->before.stack = PROTO_NONE;
    f->place_task = f->place_stack = f->freed_task = f->freed_stack = PROTO_NONE;
    draft_thread(draft, 1, "fixture", PROTO_NONE, PROTO_NONE);
}

uint32_t draft_stack(struct draft *draft, size_t count, const uint64_t *pcs)
{
    struct proto_finding *f = &draft->finding;
    CHECK(f->stack_count < DRAFT_MAX && f->pc_count + count <= 4096);
    memcpy(draft->pcs + f->pc_count, pcs, count * sizeof(*pcs));
    draft->stacks[f->stack_count] = (struct proto_stack){f->pc_count, (uint32_t)count};
    f->pc_count += (uint32_t)count;
    return f->stack_count++;
}

uint32_t draft_thread(struct draft *draft, uint32_t number, const char *name, uint32_t parent,
                      uint32_t created)
{
    struct proto_finding *f = &draft->finding;
    CHECK(f->task_count < DRAFT_MAX);
    struct proto_task *task = &draft->tasks[f->task_count];
    *task = (struct proto_task){
        .number = number, .os_id = 999 + number, .parent = parent, .created = created};
    memcpy(task->name, name, strnlen(name, sizeof(task->name)));
    return f->task_count++;
}

void draft_lock(struct draft *draft, uint64_t addr, uint32_t uid, uint32_t kind, uint32_t shared,
                uint32_t acquired, uint32_t created)
{
    struct proto_finding *f = &draft->finding;
    CHECK(f->lock_count < DRAFT_MAX);
    draft->locks[f->lock_count++] = (struct proto_lock){.addr = addr,
                                                        .uid = uid,
                                                        .kind = kind,
                                                        .shared = shared,
                                                        .acquired = acquired,
                                                        .created = created};
}

void draft_access(struct draft *draft, struct proto_access *access, enum proto_access_kind kind,
                  uint64_t addr, uint32_t size, uint32_t task, uint32_t stack)
{
    struct proto_finding *f = &draft->finding;
    uint32_t first = access == &f->before ? f->now.lock_first + f->now.lock_count : 0;
    *access = (struct proto_access){.addr = addr,
                                    .size = size,
                                    .kind = kind,
                                    .task = task,
                                    .stack = stack,
                                    .lock_first = first,
                                    .lock_count = f->lock_count - first};
}

uint32_t draft_object(struct draft *draft, enum proto_object_kind kind, uint64_t addr,
                      uint64_t held_at, uint32_t made)
{
    struct proto_finding *f = &draft->finding;
    CHECK(f->object_count < DRAFT_MAX);
    draft->objects[f->object_count] = (struct proto_object){
        .kind = kind,
        .addr = addr,
        .size = 1,
        .held_at = held_at,
        .made_task = made == PROTO_NONE ? PROTO_NONE : 0,
        .made = made,
    };
    return f->object_count++;
}

void draft_wait(struct draft *draft, const char *state, uint32_t task, uint32_t stack,
                uint32_t object, uint32_t like)
{
    struct proto_finding *f = &draft->finding;
    CHECK(f->wait_count < DRAFT_MAX);
    struct proto_wait *wait = &draft->waits[f->wait_count++];
    *wait = (struct proto_wait){.task = task, .stack = stack, .object = object, .like = like};
    snprintf(wait->state, sizeof(wait->state), "%s", state);
}

void draft_held(struct draft *draft, uint32_t at, uint32_t object, uint32_t task)
{
    struct proto_wait *wait = &draft->waits[draft->finding.wait_count - 1];
    wait->held_at = at + 1;
    wait->held = object + 1; /* 0 of PROTO_NONE */
    wait->held_by = task + 1;
}

void draft_words(struct draft *draft, const char *words)
{
    snprintf(draft->text, sizeof(draft->text), "%s", words);
    draft->finding.text_size = (uint32_t)strlen(draft->text);
}

static char *append(char *to, const void *from, size_t size)
{
    memcpy(to, from, size);
    return to + size;
}

struct proto_record *draft_seal(const struct draft *draft)
{
    const struct proto_finding *f = &draft->finding;
    size_t size = sizeof(*f) + f->task_count * sizeof(*draft->tasks) +
                  f->stack_count * sizeof(*draft->stacks) + f->lock_count * sizeof(*draft->locks) +
                  f->pc_count * sizeof(*draft->pcs) + f->object_count * sizeof(*draft->objects) +
                  f->wait_count * sizeof(*draft->waits) + (f->text_size + 7) / 8 * 8;
    struct proto_finding *sealed = calloc(1, size);
    char *to = append((char *)sealed, f, sizeof(*f));
    to = append(to, draft->tasks, f->task_count * sizeof(*draft->tasks));
    to = append(to, draft->stacks, f->stack_count * sizeof(*draft->stacks));
    to = append(to, draft->locks, f->lock_count * sizeof(*draft->locks));
    to = append(to, draft->pcs, f->pc_count * sizeof(*draft->pcs));
    to = append(to, draft->objects, f->object_count * sizeof(*draft->objects));
    to = append(to, draft->waits, f->wait_count * sizeof(*draft->waits));
    append(to, draft->text, f->text_size);
    sealed->head.size = (uint32_t)size;
    sealed->head.type = RECORD_FINDING;
    sealed->head.pid = sealed->head.pid ? sealed->head.pid : FIXTURE_PID;
    atomic_store(&sealed->head.state, RECORD_COMPLETE);
    return &sealed->head;
}

/* ---- output ---- */

struct capture capture_begin(void)
{
    FILE *file = tmpfile();
    CHECK(file);
    struct capture capture = {dup(fileno(file))};
    fclose(file);
    return capture;
}

char *capture_end(struct capture *capture)
{
    off_t size = lseek(capture->fd, 0, SEEK_END);
    char *text = calloc(1, (size_t)size + 1);
    CHECK(pread(capture->fd, text, (size_t)size, 0) == size);
    close(capture->fd);
    return text;
}
