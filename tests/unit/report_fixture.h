/*
 * report_fixture: made-up journal records about the fixture programs of tests/golden/fixture.
 *
 * A program is mapped at a bias that we choose; `at` gives run-time addresses of its symbols. A
 * draft collects the tables of one finding and is sealed into a record.
 */
#ifndef REPORT_FIXTURE_H
#define REPORT_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

#include "proto/proto.h"
#include "report/report.h"

#define FIXTURE_PID 1000u
#define FIXTURE_BIAS UINT64_C(0x555500000000)

/* An ELF file mapped into a process. */
struct fixture {
    char path[4096];
    uint64_t bias, low, high;
};

/* Aborts the test when the file is not there. */
struct fixture fixture_open(const char *path, uint64_t bias);
/* Run-time address of a symbol; aborts when there is none. */
uint64_t fixture_at(const struct fixture *fixture, const char *symbol);

/* The records of a process and of a module in it; the caller frees. */
struct proto_record *record_process(uint32_t pid, uint32_t parent, enum proto_process_how how,
                                    const char *path);
struct proto_record *record_module(uint32_t pid, const struct fixture *fixture, int is_main);
struct proto_record *record_notice(uint32_t pid, const char *text);

/* Adds and frees. */
int report_take(struct report *report, struct proto_record *record);

#define DRAFT_MAX 64
struct draft {
    struct proto_finding finding;
    struct proto_task tasks[DRAFT_MAX];
    struct proto_stack stacks[DRAFT_MAX];
    struct proto_lock locks[DRAFT_MAX];
    uint64_t pcs[4096];
    struct proto_object objects[DRAFT_MAX];
    struct proto_wait waits[DRAFT_MAX];
    char text[256];
};

/* A race, with the main thread (task index 0) and no more. */
void draft_begin(struct draft *draft, enum proto_finding_kind kind);
/* Stack of `count` program counters; returns its index. */
uint32_t draft_stack(struct draft *draft, size_t count, const uint64_t *pcs);
#define DRAFT_STACK(draft, ...)                                                                    \
    draft_stack(draft, sizeof((uint64_t[]){__VA_ARGS__}) / 8, (uint64_t[]){__VA_ARGS__})
/* A thread created by `parent` (index) at `created` (stack index). */
uint32_t draft_thread(struct draft *draft, uint32_t number, const char *name, uint32_t parent,
                      uint32_t created);
/* A lock held by the access that is drafted next. */
void draft_lock(struct draft *draft, uint64_t addr, uint32_t uid, uint32_t kind, uint32_t shared,
                uint32_t acquired, uint32_t created);
/* An access with the locks drafted since the last one. */
void draft_access(struct draft *draft, struct proto_access *access, enum proto_access_kind kind,
                  uint64_t addr, uint32_t size, uint32_t task, uint32_t stack);
/* What goroutines share, at `addr`, with a static variable at `held_at` that points to it (0:
 * none), made by the main task at `made` (stack); returns its index. */
uint32_t draft_object(struct draft *draft, enum proto_object_kind kind, uint64_t addr,
                      uint64_t held_at, uint32_t made);
/* A goroutine that waits, and `like` more. */
void draft_wait(struct draft *draft, const char *state, uint32_t task, uint32_t stack,
                uint32_t object, uint32_t like);
/* Of the last one: the object that it holds, or the task that holds what it waits for (PROTO_NONE:
 * not so), and where that was locked. */
void draft_held(struct draft *draft, uint32_t at, uint32_t object, uint32_t task);
void draft_words(struct draft *draft, const char *words);
/* The record; the caller frees. */
struct proto_record *draft_seal(const struct draft *draft);

/* A temporary file that holds what a report writes. */
struct capture {
    int fd;
};
struct capture capture_begin(void);
/* NUL-terminated; the caller frees. Ends the capture. */
char *capture_end(struct capture *capture);

#endif
