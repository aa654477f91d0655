# xz: liblzma's stream encoder and decoder with threads (mythread.h over mutexes and conditions).
fetch() {
    need autoconf automake libtool autopoint gettext
    fetch_source xz-utils
}
build() {
    [ -x configure ] || ./autogen.sh --no-po4a
    ./configure --disable-shared --disable-nls --disable-doc --disable-dependency-tracking
    make -j"$JOBS"
}
workload() {
    local options
    sample data $((3 * SCALE))
    for options in "-T2 -1 --block-size=512KiB" "-T4 -3 --block-size=300KiB"; do
        $RUN "$BIN_DIR/src/xz/xz" $options -c data >data.xz
        $RUN "$BIN_DIR/src/xz/xz" -d -T4 -c data.xz | sums - >"out/$options"
        sums - <data.xz >>"out/$options"
    done
    $RUN "$BIN_DIR/src/xz/xz" -t -T2 data.xz
    head -c 200000 data.xz >cut.xz # a decoder whose threads stop in the middle
    $RUN "$BIN_DIR/src/xz/xz" -q -q -d -T3 -c cut.xz >cut && false || echo "status $?" >out/cut
    head -c 100000 cut | sums - >>out/cut
}
