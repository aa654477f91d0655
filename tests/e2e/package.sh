#!/bin/bash
# Debian packages: their names, dependencies and contents; racerun works from where they are unpacked.
# As root and with RACERUN_TEST_DPKG=1 they are really installed and removed again.
. "$(dirname "$0")/lib.sh"
build=${RACERUN_BUILD:-}
[ -n "$build" ] && [ -f "$build/CPackConfig.cmake" ] || skip "no build tree"
for needed in cpack dpkg-deb dpkg-shlibdeps file gzip; do
    command -v $needed >/dev/null || skip "no $needed here"
done
if [ "${RACERUN_TEST_DPKG:-}" = 1 ]; then
    [ "$(id -u)" = 0 ] || skip "RACERUN_TEST_DPKG=1 needs root"
    dpkg-query -W racerun libracerun-go0 libracerun-go-dev 2>/dev/null | grep -q . &&
        skip "racerun's packages are installed here"
fi

# What the tree holds is packed as it is: cpack makes Makefiles' targets first, but not Ninja's.
expect 0 cpack -G DEB --config "$build/CPackConfig.cmake" -B "$work/packages" \
    -D CPACK_CMAKE_GENERATOR=Ninja
package() {
    echo "$work/packages/$1"_*_amd64.deb
}
depends() {
    expect 0 dpkg-deb -f "$(package "$1")" Depends
    has out "$2"
}
depends racerun '\blibc6 '
depends racerun '\blibdw1 '
depends racerun '\blibjansson4 '
depends libracerun-go0 '\blibunwind8'
depends libracerun-go-dev 'libracerun-go0 \(= '
has_file() {
    dpkg-deb --fsys-tarfile "$(package "$1")" | tar -tf - >contents
    local file
    for file in "${@:2}"; do
        grep -qxF -- "./usr/$file" contents || fail "$1 has no $file"
    done
}
has_file racerun bin/racerun bin/racerun-cc lib/racerun/libracerun.so include/racerun/racerun.h \
    share/man/man1/racerun.1.gz share/man/man3/rrun_explore.3.gz share/man/man5/racerun-schedule.5.gz \
    share/man/man5/racerun-suppressions.5.gz share/bash-completion/completions/racerun \
    share/doc/racerun/copyright share/doc/racerun/tutorial.md lib/cmake/racerun/racerun-config.cmake
has_file libracerun-go0 lib/libracerun-go.so.0 share/doc/libracerun-go0/copyright
has_file libracerun-go-dev lib/libracerun-go.so lib/libracerun-go.a include/racerun/go.h \
    include/racerun/go/chan.h share/man/man3/rgo.3.gz share/doc/libracerun-go-dev/copyright

# No file is in two packages, no page is uncompressed, nothing is outside /usr.
for name in racerun libracerun-go0 libracerun-go-dev; do
    dpkg-deb --fsys-tarfile "$(package $name)" | tar -tf - | grep -v '/$'
done >files
[ -z "$(sort files | uniq -d)" ] || fail "in two packages: $(sort files | uniq -d)"
[ -z "$(grep '/man/' files | grep -v '\.gz$')" ] || fail "pages that are not compressed"
[ -z "$(grep -v '^\./usr/' files)" ] || fail "outside /usr: $(grep -v '^\./usr/' files)"

works() {
    expect 66 "$1" "$here/../examples/bank.c"
    has err 'data race #1'
    expect 0 "$1" doctor
    printf '#include <racerun/go.h>\nstatic void f(chan(int) c) { chan_send(c, 6); }
int main(void) { chan(int) c = chan_make(int); go(f, c); int n = 0; chan_recv(c, &n); return n; }\n' >go.c
    expect 6 "$1" go.c
}
for name in racerun libracerun-go0 libracerun-go-dev; do
    expect 0 dpkg-deb -x "$(package $name)" unpacked
done
works "$work/unpacked/usr/bin/racerun"

if [ "${RACERUN_TEST_DPKG:-}" = 1 ]; then
    expect 0 dpkg -i "$(package racerun)" "$(package libracerun-go0)" "$(package libracerun-go-dev)"
    works racerun
    expect 0 gcc go.c -lracerun-go -o go
    expect 6 ./go
    expect 0 dpkg -P racerun libracerun-go-dev libracerun-go0
    while read -r file; do
        [ ! -e "/${file#./}" ] || fail "left behind: $file"
    done <files
fi
