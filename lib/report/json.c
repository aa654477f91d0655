#include "report/json.h"

#include <inttypes.h>
#include <string.h>

#include "report/utf8.h"

static void quote(struct buf *out, const char *text)
{
    size_t size = strlen(text);
    buf_char(out, '"');
    while (size) {
        size_t length = utf8_length(text, size);
        unsigned char c = (unsigned char)*text;
        if (length == 0)
            buf_put(out, UTF8_REPLACEMENT);
        else if (c == '"' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            buf_printf(out, "\\u%04x", c);
        else
            buf_add(out, text, length);
        size_t step = length ? length : 1;
        text += step;
        size -= step;
    }
    buf_char(out, '"');
}

static void begin(struct json *j, const char *key)
{
    if (j->comma)
        buf_char(j->out, ',');
    j->comma = true;
    if (key) {
        quote(j->out, key);
        buf_char(j->out, ':');
    }
}

void json_open(struct json *j, const char *key, char bracket)
{
    begin(j, key);
    buf_char(j->out, bracket);
    j->comma = false;
}

void json_close(struct json *j, char bracket)
{
    buf_char(j->out, bracket);
    j->comma = true;
}

void json_string(struct json *j, const char *key, const char *value)
{
    if (!value)
        return;
    begin(j, key);
    quote(j->out, value);
}

void json_number(struct json *j, const char *key, uint64_t value)
{
    begin(j, key);
    buf_printf(j->out, "%" PRIu64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
    begin(j, key);
    buf_put(j->out, value ? "true" : "false");
}

void json_address(struct json *j, const char *key, uint64_t value)
{
    begin(j, key);
    buf_printf(j->out, "\"0x%" PRIx64 "\"", value);
}
