# Joins the parts of a module into one file, so that a page sends one request:
#
#   cmake -D OUT=core.mjs -P join.cmake -- PART... ENTRY
#
# Each part comes after those that it imports. The parts share one scope without imports and exports. The entry keeps its
# exports, and its imports of files that are not parts.
cmake_minimum_required(VERSION 3.20)

include("${CMAKE_CURRENT_LIST_DIR}/../../middleware/cmake/take_files.cmake")

take_files(parts)
list(POP_BACK parts entry)
set(joined "")
foreach(part IN LISTS parts)
  file(READ "${part}" text)
  string(REGEX REPLACE "(^|\n)import [^;]*;" "" text "${text}")
  string(REGEX REPLACE "(^|\n)export " "\\1" text "${text}")
  string(APPEND joined "${text}\n")
endforeach()
file(READ "${entry}" text)
string(REGEX REPLACE "\nimport [^;]*'\\./[^;]*;" "" text "${text}")
file(WRITE "${OUT}" "${joined}${text}\n")
