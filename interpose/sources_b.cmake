# The interceptors of memory, strings, stdio, time and descriptors.
set(INTERPOSE_SOURCES_B
  alloc.c newdelete.c
  memory.c string.c number.c wide.c format.c stdio.c stdio_print.c stdio_scan.c stdio_wide.c
  fd.c fd_life.c fd_io.c fd_table.c fd_channel.c fd_key.c fd_watch.c
  socket.c poll.c message.c sysv_sem.c mmap.c time.c output.c
  builtins.c
)

# No call of a memory or string function here may become another one, or itself; and no part of an
# interceptor may be split off or shared, or RT_CALLER would name a place of ours. Null pointers reach
# us where libc's declarations deny it.
set_source_files_properties(${INTERPOSE_SOURCES_B} PROPERTIES COMPILE_OPTIONS
  "-fno-builtin;-fno-delete-null-pointer-checks;$<$<C_COMPILER_ID:GNU>:-fno-tree-loop-distribute-patterns;-fno-partial-inlining;-fno-ipa-icf>")

# Calls of memory functions that the compiler puts into our own code must not reach our exported
# interceptors: the linker sends them to the private copies in builtins.c.
set(INTERPOSE_LINK_OPTIONS_B
  -Wl,--wrap=memcpy,--wrap=memmove,--wrap=memset,--wrap=memcmp,--wrap=bcmp
  -Wl,--wrap=strlen,--wrap=strcmp,--wrap=strncmp,--wrap=strchr,--wrap=strrchr,--wrap=strstr
)
