# Makes the served form of a style sheet: without comments and indentation, as one layer in which each declaration is
# important. Among important declarations the layered ones win, so the site's own sheets cannot change what Abide inserts
# into its pages. Include this file, or run it:
#
#   cmake -D IN=notice.css -D OUT=FILE -P sheet.cmake
cmake_minimum_required(VERSION 3.20)

function(abide_served_sheet variable file)
  file(READ "${file}" text)
  string(REGEX REPLACE "/\\*[^*]*\\*+([^/*][^*]*\\*+)*/" "" text "${text}")
  string(REGEX REPLACE "[ \n]+" " " text "${text}")
  string(REGEX REPLACE " *([{};,]) *" "\\1" text "${text}")
  string(REGEX REPLACE ": +" ":" text "${text}")
  string(REGEX REPLACE " ?> " ">" text "${text}")
  string(REGEX REPLACE "([^0-9])0(\\.[0-9])" "\\1\\2" text "${text}")
  string(REPLACE ";" ";;" text "${text}")  # a match consumes the marks before and after a declaration
  string(REGEX REPLACE "([{;])([a-z-]+:[^;{}]+)([;}])" "\\1\\2!important\\3" text "${text}")
  string(REPLACE "!important!important" "!important" text "${text}")
  string(REPLACE ";;" ";" text "${text}")
  string(REPLACE ";}" "}" text "${text}")
  set(${variable} "@layer abide{${text}}" PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  abide_served_sheet(sheet "${IN}")
  file(WRITE "${OUT}" "${sheet}")
endif()
