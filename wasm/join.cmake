# Joins the parts of a module into one file, so that a page asks for one:
#
#   cmake -D OUT=core.mjs -P join.cmake -- PART... ENTRY
#
# A part stands behind those that it imports. Parts see each other's names without imports and exports; the entry keeps
# its exports, and its imports of files that are no parts of it.
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
      string(REGEX REPLACE "\nimport [^;]*'\\./core/[^;]*;" "" text "${text}")
    endif()
    string(APPEND joined "${text}\n")
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(is_file TRUE)
  endif()
endforeach()
file(WRITE "${OUT}" "${joined}")
