# Before a package is made: manual pages and changelogs are compressed, as Debian wants them.
file(GLOB_RECURSE pages ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*.[1-9])
list(FILTER pages INCLUDE REGEX "/share/man/man[1-9]/")
file(GLOB_RECURSE changelogs ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/changelog.Debian)
if(pages OR changelogs)
  execute_process(COMMAND gzip -9n ${pages} ${changelogs} COMMAND_ERROR_IS_FATAL ANY)
endif()
