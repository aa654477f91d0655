# find_package(racerun): instrumented targets and tests in one line each.
#
#   racerun_instrument(TARGET...)
#       compiles and links the targets as `racerun cc` would. Every target that takes part in the
#       synchronisation should be instrumented, libraries too.
#
#   racerun_add_test(NAME name COMMAND command [ARGUMENT...] [EXPLORE] [SCHEDULES n] [TIME seconds]
#                    [OPTIONS option...])
#       a test that fails when `racerun test` finds something in the command, or the command fails.
#       COMMAND may name a target.
#
#   racerun::racerun   the tool;   racerun::annotations   the headers, to be linked
#
# The prefix may be moved: everything is found from where this file lies.
cmake_minimum_required(VERSION 3.21)
get_filename_component(RACERUN_PREFIX "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(RACERUN_EXECUTABLE "${RACERUN_PREFIX}/bin/racerun")

if(NOT TARGET racerun::racerun)
  add_executable(racerun::racerun IMPORTED)
  set_target_properties(racerun::racerun PROPERTIES IMPORTED_LOCATION "${RACERUN_EXECUTABLE}")
  add_library(racerun::annotations INTERFACE IMPORTED)
  set_target_properties(racerun::annotations PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${RACERUN_PREFIX}/include")
endif()

function(racerun_instrument)
  set_target_properties(${ARGV} PROPERTIES
    C_COMPILER_LAUNCHER "${RACERUN_EXECUTABLE};__launch"
    CXX_COMPILER_LAUNCHER "${RACERUN_EXECUTABLE};__launch"
    C_LINKER_LAUNCHER "${RACERUN_EXECUTABLE};__launch"
    CXX_LINKER_LAUNCHER "${RACERUN_EXECUTABLE};__launch")
endfunction()

function(racerun_add_test)
  cmake_parse_arguments(PARSE_ARGV 0 test "EXPLORE" "NAME;SCHEDULES;TIME" "COMMAND;OPTIONS")
  if(NOT test_NAME OR NOT test_COMMAND)
    message(FATAL_ERROR "racerun_add_test: NAME and COMMAND are needed")
  endif()
  if(test_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "racerun_add_test(NAME ${test_NAME}): what is '${test_UNPARSED_ARGUMENTS}'?")
  endif()
  set(options ${test_OPTIONS})
  if(test_EXPLORE)
    list(APPEND options --explore)
  endif()
  if(test_SCHEDULES)
    list(APPEND options --schedules=${test_SCHEDULES})
  endif()
  if(test_TIME)
    list(APPEND options --time=${test_TIME})
  endif()
  # Word by word, or empty ones would be lost and those with semicolons split.
  set(words "")
  foreach(word IN LISTS test_COMMAND)
    if(words STREQUAL "" AND TARGET "${word}")
      set(word "$<TARGET_FILE:${word}>")
    endif()
    string(APPEND words " [==[${word}]==]")
  endforeach()
  cmake_language(EVAL CODE "add_test(NAME \"\${test_NAME}\"
    COMMAND \"\${RACERUN_EXECUTABLE}\" test \${options} -- ${words})")
endfunction()
