# libuv: its own tests of threads, thread pool, async handles (inline assembly!), signals, processes.
fetch() {
    need autoconf automake libtool
    fetch_source libuv1
}
build() {
    sh autogen.sh
    ./configure --disable-shared --disable-dependency-tracking
    make -j"$JOBS" check TESTS=
}
workload() {
    local test
    for test in thread_create thread_local_storage thread_stack_size thread_mutex thread_rwlock \
        thread_rwlock_trylock thread_create condvar_1 condvar_2 condvar_3 condvar_4 condvar_5 \
        semaphore_1 semaphore_2 semaphore_3 barrier_1 barrier_2 barrier_3 barrier_serial_thread \
        threadpool_queue_work_simple threadpool_queue_work_einval threadpool_multiple_event_loops \
        threadpool_cancel_getaddrinfo threadpool_cancel_work threadpool_cancel_fs \
        threadpool_cancel_single async async_null_cb fs_file_async fs_async_dir fs_async_sendfile \
        signal_multiple_loops spawn_exit_code kill fork_threadpool_queue_work_simple \
        process_title_threadsafe thread_mutex_recursive once poll_duplex ipc_heavy_traffic_deadlock_bug; do
        if $RUN "$BIN_DIR/test/run-tests" "$test" "$test" >"log.$test" 2>&1; then
            echo "$test ok"
        else
            echo "$test failed"
        fi
    done >out/tests
}
