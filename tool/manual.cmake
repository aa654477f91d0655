# cmake -DRACERUN=... -DPROJECT_VERSION=... -DIN=... -DOUT=... -P manual.cmake: the man page, with the
# options as the built racerun knows them.
execute_process(COMMAND ${RACERUN} __man-options OUTPUT_VARIABLE RACERUN_MAN_OPTIONS
  RESULT_VARIABLE result OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${RACERUN} __man-options: ${result}")
endif()
configure_file(${IN} ${OUT} @ONLY)
