/*
 * json: the one place that writes JSON. Keeps track of commas; strings come out as valid UTF-8
 * whatever went in.
 *
 *     json_open(&j, NULL, '{');
 *     json_string(&j, "name", name);       a NULL string writes nothing at all
 *     json_open(&j, "list", '[');
 *     json_number(&j, NULL, 7);            no key inside an array
 *     json_close(&j, ']');
 *     json_close(&j, '}');
 */
#ifndef RACERUN_REPORT_JSON_H
#define RACERUN_REPORT_JSON_H

#include "report/memory.h"

struct json {
    struct buf *out;
    bool comma; /* something stands before in this object or array */
};

void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
void json_string(struct json *j, const char *key, const char *value);
void json_number(struct json *j, const char *key, uint64_t value);
void json_bool(struct json *j, const char *key, bool value);
/* "0x7f...": 64 bits do not survive in the numbers of every reader. */
void json_address(struct json *j, const char *key, uint64_t value);

#endif
