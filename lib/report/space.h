/*
 * space: which file is mapped where, in every process of the run. A forked child begins with its
 * parent's modules, an exec'ed program with none. The images behind them are shared.
 */
#ifndef RACERUN_REPORT_SPACE_H
#define RACERUN_REPORT_SPACE_H

#include "report/image.h"
#include "report/record.h"

struct module {
    uint64_t low, high, bias;
    struct image *image;
    uint32_t unloads; /* of the process, before this one was loaded */
    bool main, instrumented;
};

struct process {
    struct process *next; /* of the same bucket */
    uint32_t pid;
    const char *path;       /* of the executable, "" unknown */
    struct module *modules; /* later ones win: they replaced what was unloaded */
    size_t module_count;
};

#define SPACE_BUCKETS 1024 /* a build run under racerun has thousands of processes */

struct space {
    struct process *processes[SPACE_BUCKETS]; /* by pid */
    struct image *images;
    const char *folders;  /* of debug information, for image_create */
    size_t process_count; /* attached, each pid once */
    struct arena arena;
};

void space_done(struct space *space);
void space_add_process(struct space *space, const struct proto_process *record, const char *path);
void space_add_module(struct space *space, const struct proto_module *record, const char *path);

/* NULL when nothing is known of `pid`. */
const struct process *space_process(const struct space *space, uint32_t pid);
/* NULL when no module of `pid` covers `addr`. */
const struct module *space_module(const struct space *space, uint32_t pid, uint64_t addr);
/* The one that was there until the process had unloaded modules `unload` times; 0: not yet. */
const struct module *space_module_then(const struct space *space, uint32_t pid, uint64_t addr,
                                       uint32_t unload);
/* The executable of `pid`, or NULL. */
const struct module *space_main(const struct space *space, uint32_t pid);

#endif
