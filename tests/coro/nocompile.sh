#!/bin/bash
# Programs that must not compile: each snippet has one wrong type. All are tried with two C and two C++
# compilers, as far as they are there, and with the headers as the system's, where warnings are dropped.
# Then a C and a C++ file that share a header with channels in it must link and run.
# usage: nocompile.sh INCLUDE_DIR LIBRARY_DIR
set -u
include=$1 library=$2
work=$(mktemp -d "${TMPDIR:-/tmp}/coro.XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0

snippets=(
    ';' # the only one that compiles
    'chan_recv(c, &wide);'
    'chan_try_recv(c, &wide);'
    'chan_try_recv(c, &i, &i);'
    'chan_send(c, "text");'
    'chan_send(c, s);'
    'chan_send(c, 1, 2);'
    'chan_try_send(c, "text");'
    'chan_send(pointers, &wide);'
    'int *x = chan_get(c); (void)x;'
    'takes(wides);'
    'go(takes, wides);'
    'c = wides;'
    'c = chan_make(long);'
    'chan_make(int, 2.5);'
    'chan_make(int, "3");'
    'chan_send(&i, 5);'
    'chan_close(5);'
    'chan_close(&i);'
    'chan_len(&i);'
    'chan_free(&wide);'
    'chan_range(v, &i) {}'
    'chan_range(v, c) { struct s *x = &v; (void)x; }'
    'chan_select { on_recv(c, &wide) {} }'
    'chan_select { on_recv(c, &i, &i) {} }'
    'chan_select { on_recv(&i, &i) {} }'
    'chan_select { on_send(c, "text") {} }'
    'chan_select { on_send(c, s) {} }'
    'chan_select { on_send(&i, 5) {} }'
    'chan_select { on_timeout("text") {} }'
)

prelude='#include <racerun/go.h>
struct s { int x; };
void takes(chan(int) c);'

# A function in one line.
test_of() {
    echo "void test$1(chan(int) c, chan(long) wides, chan(int *) pointers, struct s s);" \
        "void test$1(chan(int) c, chan(long) wides, chan(int *) pointers, struct s s)" \
        "{ int i = 0; long wide = 0; bool ok = chan_recv(c, &i) && chan_recv(wides, &wide);" \
        "chan_send(pointers, &i); (void)ok, (void)s; ${snippets[$1]} }"
}

# Most are seen to be errors when all are compiled at once; only the others are tried one by one.
try() {
    local suffix=$1 kind index first
    shift
    command -v "$1" >/dev/null || return
    first=$(($(wc -l <<<"$prelude") + 1))
    { echo "$prelude"; for index in "${!snippets[@]}"; do test_of "$index"; done; } >"$work/all.$suffix"
    for kind in -I -isystem; do
        "$@" -fsyntax-only "$kind" "$include" "$work/all.$suffix" >"$work/errors" 2>&1
        for index in "${!snippets[@]}"; do
            grep -q "all\.$suffix:$((first + index)):[0-9]*: error:" "$work/errors" &&
                [ "$index" != 0 ] && continue
            { echo "$prelude"; test_of "$index"; } >"$work/try.$suffix"
            if "$@" -fsyntax-only "$kind" "$include" "$work/try.$suffix" 2>"$work/messages"; then
                [ "$index" = 0 ] && continue
                echo "$* $kind: compiles, but must not: ${snippets[$index]}"
            else
                [ "$index" = 0 ] || continue
                echo "$* $kind: does not compile:"
                cat "$work/messages"
            fi
            failed=1
        done
    done
}

try c gcc -std=gnu11
try c clang-19 -std=gnu11 -ferror-limit=0
try cc g++ -std=c++17
try cc clang++-19 -std=c++17 -ferror-limit=0

# What gcc would miscompile is told in one sentence; what only looks like it compiles.
attributes() {
    local line want
    while IFS='|' read -r want line; do
        printf '%s\n' '#include <racerun/go.h>' '#include <stdlib.h>' 'struct ops { void (*run)(int); };' \
            '__attribute__((const)) int pick(int i);' '__attribute__((pure)) int look(int *i);' \
            'void quiet(int i);' "void test(void (*pointer)(int), struct ops *ops, int *i);" \
            "void test(void (*pointer)(int), struct ops *ops, int *i)" \
            "{ (void)pointer, (void)ops, (void)i; $line }" >"$work/attribute.c"
        "$compiler" -std=gnu11 -O2 -Wall -Wextra -Werror -I "$include" -fsyntax-only \
            "$work/attribute.c" 2>"$work/messages"
        if [ "$want" = fine ]; then
            [ -s "$work/messages" ] || continue
            echo "$compiler: $line does not compile:"
            cat "$work/messages"
        elif grep -q "$want" "$work/messages"; then
            continue
        else
            echo "$compiler: $line compiles, but must not"
        fi
        failed=1
    done
}
refused='go: the function is declared noreturn|go(exit, 1);
go: the function is declared noreturn|go(go_exit);
go: the function is declared noreturn|go_try((abort));
go: the function is declared const|go(pick, 1);
defer: the function is declared noreturn|defer(exit, 1);
defer: the function is declared const|defer(pick, 1);
go_blocking: the function is declared noreturn|go_blocking(exit, 1);'
fine='fine|go(quiet, 1); go((quiet), 1); go(&quiet, 1); go(*quiet, 1); defer(quiet, 1);
fine|go(pointer, 1); go(*pointer, 1); go(*i ? pointer : quiet, 1); go(ops->run, 1);
fine|go(ops[2].run, 1); go((void (*)(int))pointer, 1); defer(ops->run, 1);
fine|go(look, i); defer(look, i); *i = go_blocking(look, i) + go_blocking(pick, 1);'
compiler=gcc
attributes <<<"$refused"
attributes <<<"$fine"
compiler=clang-19
command -v clang-19 >/dev/null && attributes <<<"$fine"

share() {
    cat >"$work/shared.h" <<'END'
#include <racerun/go.h>
RGO_BEGIN_DECLS
struct none {};
void answer(chan(int) numbers, chan(chan(struct none)) over);
RGO_END_DECLS
END
    cat >"$work/c.c" <<'END'
#include "shared.h"
void answer(chan(int) numbers, chan(chan(struct none)) over)
{
    chan_send(numbers, 42);
    chan_send(chan_get(over), (struct none){});
}
END
    cat >"$work/cc.cc" <<'END'
#include "shared.h"
int main()
{
    chan(int) numbers = chan_make(int);
    chan(chan(none)) over = chan_make(chan(none), 1);
    chan(none) event = chan_make(none);
    chan_send(over, event);
    go(answer, numbers, over);
    int x = chan_get(numbers);
    none ended = chan_get(event);
    (void)ended;
    return x == 42 ? 0 : 1;
}
END
    gcc -std=gnu11 -Wall -Wextra -Werror -I "$include" -c "$work/c.c" -o "$work/c.o" &&
        g++ -std=c++17 -Wall -Wextra -Werror -I "$include" "$work/cc.cc" "$work/c.o" -o "$work/shared" \
            -L "$library" -Wl,-rpath,"$library" -lracerun-go &&
        timeout 60 "$work/shared" && return
    echo "C and C++ do not share channels"
    failed=1
}
share
exit $failed
