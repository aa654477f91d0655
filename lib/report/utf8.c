#include "report/utf8.h"

static bool continues(const char *bytes, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (((unsigned char)bytes[i] & 0xc0) != 0x80)
            return false;
    return true;
}

size_t utf8_length(const char *bytes, size_t size)
{
    unsigned char a = (unsigned char)bytes[0];
    unsigned char b = size > 1 ? (unsigned char)bytes[1] : 0;
    if (a < 0x80)
        return 1;
    if (a >= 0xc2 && a <= 0xdf && size >= 2 && continues(bytes, 2))
        return 2;
    if (a >= 0xe0 && a <= 0xef && size >= 3 && continues(bytes, 3)) {
        bool overlong = a == 0xe0 && b < 0xa0, surrogate = a == 0xed && b >= 0xa0;
        return overlong || surrogate ? 0 : 3;
    }
    if (a >= 0xf0 && a <= 0xf4 && size >= 4 && continues(bytes, 4)) {
        bool overlong = a == 0xf0 && b < 0x90, beyond = a == 0xf4 && b >= 0x90;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

void utf8_add_clean(struct buf *buf, const char *bytes, size_t size)
{
    while (size) {
        size_t length = utf8_length(bytes, size);
        unsigned char a = (unsigned char)bytes[0];
        bool c1 = length == 2 && a == 0xc2 && (unsigned char)bytes[1] < 0xa0;
        if (length == 0)
            buf_put(buf, UTF8_REPLACEMENT);
        else if (c1 || a < 0x20 || a == 0x7f)
            buf_char(buf, '?');
        else
            buf_add(buf, bytes, length);
        size_t step = length ? length : 1;
        bytes += step;
        size -= step;
    }
}

/* Characters that take no column, or two: East Asian Width W and F, with what lies between them. */
static const struct {
    uint32_t first, last;
    size_t columns;
} widths[] = {
    {0x0300, 0x036f, 0},   {0x0483, 0x0489, 0},   {0x0591, 0x05bd, 0},   {0x064b, 0x065f, 0},
    {0x1100, 0x115f, 2},   {0x1ab0, 0x1aff, 0},   {0x1dc0, 0x1dff, 0},   {0x200b, 0x200f, 0},
    {0x202a, 0x202e, 0},   {0x2060, 0x2064, 0},   {0x20d0, 0x20f0, 0},   {0x231a, 0x231b, 2},
    {0x2705, 0x2705, 2},   {0x270a, 0x270b, 2},   {0x2728, 0x2728, 2},   {0x274c, 0x274c, 2},
    {0x2e80, 0x303e, 2},   {0x3041, 0xa4cf, 2},   {0xa960, 0xa97c, 2},   {0xac00, 0xd7a3, 2},
    {0xf900, 0xfaff, 2},   {0xfe00, 0xfe0f, 0},   {0xfe20, 0xfe2f, 0},   {0xfe30, 0xfe6f, 2},
    {0xfeff, 0xfeff, 0},   {0xff01, 0xff60, 2},   {0xffe0, 0xffe6, 2},   {0x1f300, 0x1f64f, 2},
    {0x1f680, 0x1f6ff, 2}, {0x1f900, 0x1faff, 2}, {0x20000, 0x3fffd, 2}, {0xe0100, 0xe01ef, 0},
};

static uint32_t code_point(const char *bytes, size_t length)
{
    static const unsigned char masks[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t point = (unsigned char)bytes[0] & masks[length];
    for (size_t i = 1; i < length; i++)
        point = point << 6 | ((unsigned char)bytes[i] & 0x3f);
    return point;
}

static size_t columns_of_one(const char *bytes, size_t length)
{
    uint32_t point = code_point(bytes, length);
    for (size_t i = 0; point >= widths[0].first && i < sizeof widths / sizeof *widths; i++)
        if (point >= widths[i].first && point <= widths[i].last)
            return widths[i].columns;
    return 1;
}

size_t utf8_at_column(const char *text, size_t size, size_t column)
{
    size_t at = 0, columns = 0;
    while (at < size && columns < column) {
        size_t length = utf8_length(text + at, size - at);
        columns += length ? columns_of_one(text + at, length) : 1;
        at += length ? length : 1;
    }
    return at;
}

size_t utf8_columns(const char *text, size_t size)
{
    size_t columns = 0;
    for (size_t at = 0, length; at < size; at += length ? length : 1) {
        length = utf8_length(text + at, size - at);
        columns += length ? columns_of_one(text + at, length) : 1;
    }
    return columns;
}
