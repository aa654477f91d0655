#!/bin/bash
# Debian packages: their names, dependencies and contents, what lintian thinks of them; racerun works from
# where they are unpacked. As root they are really installed, over an older version, used by somebody who is
# not, and removed again: in a mount namespace over a copy of the whole system, which is thrown away.
. "$(dirname "$0")/lib.sh"
build=${RACERUN_BUILD:-}
[ -n "$build" ] && [ -f "$build/CPackConfig.cmake" ] || skip "no build tree"
for needed in cpack dpkg-deb dpkg-shlibdeps file gzip; do
    command -v $needed >/dev/null || skip "no $needed here"
done
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
    share/man/man1/racerun.1.gz share/man/man1/racerun-cc.1.gz share/man/man3/rrun_explore.3.gz share/man/man3/rrun_release.3.gz share/man/man5/racerun-schedule.5.gz \
    share/man/man5/racerun-suppressions.5.gz share/bash-completion/completions/racerun \
    share/doc/racerun/copyright share/doc/racerun/changelog.Debian.gz share/doc/racerun/tutorial.md lib/cmake/racerun/racerun-config.cmake
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

if command -v lintian >/dev/null; then
    # These are not uploaded to Debian.
    LC_ALL=C.UTF-8 expect 0 lintian --allow-root --fail-on=error,warning \
        --suppress-tags=initial-upload-closes-no-bugs "$work"/packages/*.deb
fi

# system COMMAND...: with all of the system below a file system of its own that forgets.
cat >system.sh <<'E2'
work=$1
shift
mount -t tmpfs none "$work/system" && cd "$work/system" && mkdir upper lower root &&
    mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=lower root &&
    mount --rbind /proc root/proc && mount --rbind /dev root/dev && mkdir -p root/mnt &&
    mount --bind "$work" root/mnt || exit 77
chroot root "$@"
result=$?
# (What stood there before and is gone is a character device.)
find upper/usr upper/etc ! -type d ! -type c ! -path upper/etc/ld.so.cache >"$work/changed"
exit $result
E2
system() {
    unshare -m bash "$work/system.sh" "$work" "$@"
}
mkdir system
if [ "$(id -u)" != 0 ] || ! system true 2>/dev/null; then
    echo "not root, or no overlays here: installation was not tried"
    exit
fi
# Packages of an older version, with a file that this one no longer has.
mkdir older
for name in racerun libracerun-go0 libracerun-go-dev; do
    expect 0 dpkg-deb -R "$(package $name)" "older/$name"
    sed -i -e 's/^Version: .*/Version: 0.0.1/' -e 's/libracerun-go0 (= [^)]*)/libracerun-go0 (= 0.0.1)/' \
        "older/$name/DEBIAN/control"
    : >"older/$name/usr/share/doc/$name/of-old"
    expect 0 dpkg-deb --root-owner-group -b "older/$name" "older/$name.deb"
done
cat >use.sh <<'E2'
set -e
dpkg -P racerun libracerun-go-dev libracerun-go0 >/tmp/log 2>&1
for folder in older packages; do
    dpkg -i /mnt/$folder/*.deb >>/tmp/log 2>&1 || { cat /tmp/log; exit 1; }
done
[ "$(dpkg-query -W -f '${Version}\n' racerun libracerun-go0 libracerun-go-dev | grep -c '^0\.0\.1$')" = 0 ] &&
    ! ls /usr/share/doc/*/of-old 2>/dev/null || { echo "the older version is still there"; exit 1; }
nobody() {
    setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs env -i HOME=/tmp/nobody \
        PATH=/usr/bin:/bin "$@"
}
install -d -o 65534 -g 65534 /tmp/nobody
cd /tmp/nobody
cp /mnt/bank.c /mnt/go.c .
code=0
nobody racerun bank.c >out 2>&1 || code=$?
[ $code = 66 ] && grep -q 'data race #1' out || { echo "racerun as nobody: exit code $code"; cat out; exit 1; }
nobody racerun cc -g -O1 -pthread bank.c -o bank
code=0
nobody racerun explore --schedules=9 ./bank >out 2>&1 || code=$?
[ $code = 66 ] || { echo "explore as nobody: exit code $code"; cat out; exit 1; }
nobody man -w racerun racerun-cc rgo >out 2>&1 || ! command -v man || { echo "man:"; cat out; exit 1; }
nobody gcc go.c $(pkg-config --cflags --libs racerun-go) -o go
code=0
nobody ./go || code=$?
[ $code = 6 ] || { echo "a program of libracerun-go: exit code $code"; exit 1; }
dpkg -P racerun libracerun-go-dev libracerun-go0 >/tmp/log 2>&1 || { cat /tmp/log; exit 1; }
! command -v racerun
E2
cp "$here/../examples/bank.c" .
expect 0 system bash /mnt/use.sh
[ ! -s changed ] || fail "left behind: $(cat changed)"
