# zstd: a thread pool over jobs, a job table under one mutex, contexts that move between threads.
fetch() { fetch_source libzstd; }
build() {
    make -C programs -j"$JOBS" zstd CC="$CC" CFLAGS="$CFLAGS" \
        HAVE_ZLIB=0 HAVE_LZMA=0 HAVE_LZ4=0 BACKTRACE=0 DEBUGFLAGS=
}
workload() {
    local options
    sample data $((3 * SCALE))
    for options in "-T2 -3 -B512K" "-T4 -1 -B256K --long=20" "-T2 -B512K --rsyncable -4" "-T3 --adapt"; do
        $RUN "$BIN_DIR/programs/zstd" -q $options -c data >data.zst
        $RUN "$BIN_DIR/programs/zstd" -q -d -c data.zst | sums - >"out/$options"
        [[ $options = *adapt* ]] || sums - <data.zst >>"out/$options" # adapt: bytes depend on time
    done
}
