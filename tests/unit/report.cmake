# Unit tests of lib/report; the fixtures they speak of are built in tests/golden.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CHECK REQUIRED IMPORTED_TARGET check)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
find_path(ELFUTILS_INCLUDE_DIR elfutils/libdwfl.h REQUIRED)
find_program(FIXTURE_CLANG NAMES clang-19 clang-14 clang)
set(REPORT_UNIT ${CMAKE_CURRENT_LIST_DIR})
get_filename_component(REPORT_GOLDEN ${CMAKE_CURRENT_LIST_DIR}/../golden ABSOLUTE)
set(REPORT_FIXTURES ${CMAKE_BINARY_DIR}/tests/golden/fixtures)

foreach(test symbol suppress output reread page explain fuzz)
  add_executable(report_${test} ${REPORT_UNIT}/report_${test}.c ${REPORT_UNIT}/report_cases.c
    ${REPORT_UNIT}/report_fixture.c)
  add_dependencies(report_${test} report_fixtures)
  target_compile_definitions(report_${test} PRIVATE
    FIXTURE_PROGRAM="${REPORT_FIXTURES}/fixture"
    FIXTURE_STRIPPED="${REPORT_FIXTURES}/libstripped.so"
    FIXTURE_FOLDER="${REPORT_GOLDEN}/fixture" FIXTURE_OUTPUT="${REPORT_FIXTURES}"
    $<$<BOOL:${FIXTURE_CLANG}>:FIXTURE_CLANG>)
  target_link_libraries(report_${test} PRIVATE report racerun_flags PkgConfig::CHECK
    PkgConfig::JANSSON elf)
  add_test(NAME report_${test} COMMAND report_${test})
endforeach()
