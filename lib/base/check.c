#include "base/check.h"

#include "base/sys.h"

/* Appends `text` to buffer[*length], which holds `capacity` bytes; cuts what does not fit. */
static void message_add(char *buffer, size_t *length, size_t capacity, const char *text)
{
    while (*text && *length < capacity)
        buffer[(*length)++] = *text++;
}

static void message_add_number(char *buffer, size_t *length, size_t capacity, unsigned number)
{
    char digits[12];
    size_t i = sizeof digits - 1;
    digits[i] = 0;
    do {
        digits[--i] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    message_add(buffer, length, capacity, digits + i);
}

_Noreturn void check_limit(const char *message)
{
    char buffer[512];
    size_t length = 0;
    message_add(buffer, &length, sizeof buffer - 1, "racerun: ");
    message_add(buffer, &length, sizeof buffer - 1, message);
    message_add(buffer, &length, sizeof buffer - 1, "; the run ends here\n");
    sys_write(2, buffer, length);
    sys_exit_group(125);
}

_Noreturn void check_failed(const char *file, int line, const char *message)
{
    char buffer[512];
    size_t length = 0;
    message_add(buffer, &length, sizeof buffer - 1, "racerun: internal error: ");
    message_add(buffer, &length, sizeof buffer - 1, message);
    message_add(buffer, &length, sizeof buffer - 1, " (");
    message_add(buffer, &length, sizeof buffer - 1, file);
    message_add(buffer, &length, sizeof buffer - 1, ":");
    message_add_number(buffer, &length, sizeof buffer - 1, (unsigned)line);
    message_add(buffer, &length, sizeof buffer - 1, "); please report it\n");
    sys_write(2, buffer, length);
    sys_exit_group(125);
}
