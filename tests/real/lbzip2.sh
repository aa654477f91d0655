# lbzip2: a work-stealing scheduler under mutexes and conditions, and its own bzip2 code.
fetch() { fetch_source lbzip2; }
build() {
    ./configure --disable-dependency-tracking
    make -j"$JOBS" -C lib && make -j"$JOBS" -C src
}
workload() {
    local options
    sample data 6
    for options in "-n2" "-n4 -1" "-n3 -u -2"; do
        $RUN "$BIN_DIR/src/lbzip2" -z -c $options data >"out/data $options"
        $RUN "$BIN_DIR/src/lbzip2" -d -c -n4 "out/data $options" | cmp - data
        $RUN "$BIN_DIR/src/lbzip2" -d -c -n2 <"out/data $options" | cmp - data
    done
}
