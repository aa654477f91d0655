#include "report/outcome.h"

#include <stddef.h>

static struct report_outcome outcome;
static bool told;

void report_outcome_set(const struct report_outcome *told_outcome)
{
    outcome = *told_outcome;
    told = true;
}

const struct report_outcome *report_outcome_get(void)
{
    return told ? &outcome : NULL;
}
