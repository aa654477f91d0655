/*
 * installation: where racerun's own files are, found from its executable, so that the build tree,
 * an install prefix and a moved prefix all work: PREFIX/bin/racerun, PREFIX/lib/racerun/.
 * RACERUN_LIBRARY_DIR overrides the latter (for tests).
 */
#ifndef RACERUN_TOOL_INSTALLATION_H
#define RACERUN_TOOL_INSTALLATION_H

#include <limits.h>

struct installation {
    char libraries[PATH_MAX]; /* holds libracerun.so, the hooks and the specs file */
    char include[PATH_MAX];   /* holds racerun/racerun.h; "" when absent */
    char preload[PATH_MAX];   /* the value that LD_PRELOAD needs; set by installation_preload */
};

/* 0 or -ENOENT after telling the user. */
int installation_find(struct installation *ret_installation);

/*
 * Fills `preload`: libracerun.so, and the libraries that take the place of the compilers' own
 * runtimes. LD_PRELOAD cannot hold a path with a space or a colon: such a folder is named by a
 * descriptor of this process, which stays open. 0, or -ENOENT/-ENAMETOOLONG after telling the user.
 */
int installation_preload(struct installation *installation);

#endif
