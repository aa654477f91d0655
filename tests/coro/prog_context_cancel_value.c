/*
 * Only what was made to be cancelled can be.
 * exit: 2
 * stderr: ^panic: context: cancel of a context that was not made with cancel, timeout or deadline
 */
#include <racerun/go.h>

int main(void)
{
    context_cancel(context_with_value(context_background(), "key", NULL, NULL));
    return 0;
}
