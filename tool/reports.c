/*
 * reports: see reports.h.
 */
#include "reports.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int line_add(struct session *session, const char *path, unsigned number, const char *line,
                    size_t size, struct report_totals *totals)
{
    char *error = NULL;
    if (report_add_line(session->report, line, size, totals, &error) >= 0)
        return 0;
    tool_say("%s:%u: %s", path, number, error ? error : "it cannot be read");
    free(error);
    return EXIT_TOOL;
}

int reports_add(struct session *session, const char *path)
{
    struct report_totals totals = {0};
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    int code = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return tool_fail("cannot read %s: %s", path, strerror(errno));
    for (unsigned number = 1; !code && (size = getline(&line, &room, file)) > 0; number++)
        code = line_add(session, path, number, line, (size_t)size, &totals);
    if (ferror(file))
        code = tool_fail("cannot read %s: %s", path, strerror(errno));
    else if (!code && !totals.complete)
        tool_say("%s has no summary at its end: whoever wrote it was interrupted", path);
    fclose(file);
    free(line);
    return code;
}
