# The no-op hooks that `racerun cc` links: libracerun-hooks.so and libracerun-hooks.a in lib/racerun.
foreach(kind SHARED STATIC)
  string(TOLOWER racerun-hooks-${kind} hooks)
  add_library(${hooks} ${kind} ${CMAKE_CURRENT_LIST_DIR}/hooks.c)
  target_link_libraries(${hooks} PRIVATE racerun_flags)
  target_include_directories(${hooks} PRIVATE ${CMAKE_SOURCE_DIR}/lib)
  target_compile_options(${hooks} PRIVATE -O2 -mcx16
    -fno-omit-frame-pointer -momit-leaf-frame-pointer)
  set_target_properties(${hooks} PROPERTIES OUTPUT_NAME racerun-hooks
    POSITION_INDEPENDENT_CODE ON
    ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/racerun
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib/racerun)
  install(TARGETS ${hooks} LIBRARY DESTINATION lib/racerun ARCHIVE DESTINATION lib/racerun)
endforeach()
# What compilers add at the beginning and end of programs would write to a page of it in each schedule
# that `racerun explore` runs.
target_link_options(racerun-hooks-shared PRIVATE -Wl,-z,now -Wl,-z,defs -nostartfiles)
