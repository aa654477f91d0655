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
    sample data 8
    for options in "-T2 -1 --block-size=1MiB" "-T4 -3 --block-size=500KiB" "-T3 -2 --flush-timeout=1"; do
        $RUN "$BIN_DIR/src/xz/xz" $options -c data >data.xz
        $RUN "$BIN_DIR/src/xz/xz" -d -T4 -c data.xz | sums - >"out/$options"
        sums - <data.xz >>"out/$options"
    done
    $RUN "$BIN_DIR/src/xz/xz" -t -T2 data.xz
}
