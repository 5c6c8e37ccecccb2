# Joins the parts of a module into one file, so that a page sends one request:
#
#   cmake -D OUT=core.mjs -P join.cmake -- PART... ENTRY
#
# Each part comes after those that it imports. The parts share one scope without imports and exports. The entry keeps its
# exports, and its imports of files that are not parts.
cmake_minimum_required(VERSION 3.20)

set(joined "")
set(is_file FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(is_file)
    file(READ "${CMAKE_ARGV${i}}" text)
    if(i LESS last)
      string(REGEX REPLACE "(^|\n)import [^;]*;" "" text "${text}")
      string(REGEX REPLACE "(^|\n)export " "\\1" text "${text}")
    else()
      string(REGEX REPLACE "\nimport [^;]*'\\./[^;]*;" "" text "${text}")
    endif()
    string(APPEND joined "${text}\n")
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(is_file TRUE)
  endif()
endforeach()
file(WRITE "${OUT}" "${joined}")
