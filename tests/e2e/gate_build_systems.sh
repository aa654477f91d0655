#!/bin/bash
# The recipes for Meson and Automake, as the README has them, on the sample project.
. "$(dirname "$0")/lib.sh"
PATH="$(dirname "$racerun"):$PATH"
done=

if command -v meson >/dev/null && command -v ninja >/dev/null; then
    done=yes
    mkdir meson && cp "$here"/gate/*.c meson && cd meson || exit 1
    cat >meson.build <<'E2'
project('gate', 'c')
foreach name : ['race', 'deadlock', 'clean']
  test(name, executable('gate_' + name, name + '.c', dependencies: dependency('threads')))
endforeach
E2
    expect 0 env CC="racerun cc" meson setup build
    expect 0 meson compile -C build
    expect 2 meson test -C build --wrapper 'racerun test --explore --schedules=100 --'
    has out 'race +FAIL'
    has out 'deadlock +FAIL'
    has out 'clean +OK'
    grep -q 'verdict: findings' build/meson-logs/testlog*.txt || fail "no verdict in Meson's log"
    cd "$work" || exit 1
fi

if command -v automake >/dev/null && command -v autoconf >/dev/null; then
    done=yes
    mkdir automake && cp "$here"/gate/*.c automake && cd automake || exit 1
    cat >configure.ac <<'E2'
AC_INIT([gate], [1])
AM_INIT_AUTOMAKE([foreign])
AC_PROG_CC
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
E2
    cat >Makefile.am <<'E2'
AM_CFLAGS = -pthread
AM_LDFLAGS = -pthread
check_PROGRAMS = race deadlock clean_one
clean_one_SOURCES = clean.c
TESTS = $(check_PROGRAMS)
E2
    expect 0 autoreconf -i
    expect 0 ./configure CC="racerun cc"
    expect 2 make check LOG_COMPILER=racerun LOG_FLAGS="test --explore --schedules=100 --"
    has out '^FAIL: race$'
    has out '^FAIL: deadlock$'
    has out '^PASS: clean_one$'
    grep -q 'verdict: findings' race.log || fail "no verdict in Automake's log"
    cd "$work" || exit 1
fi
[ "$done" ] || skip "neither Meson nor Automake"
