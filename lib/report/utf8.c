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
