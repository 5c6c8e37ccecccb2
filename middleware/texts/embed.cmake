# Turns files into a C++ source that contains their bytes, so that the library needs no files at run time:
#
#   cmake -D OUT=embedded.cpp [-D FUNCTION=embedded_files] -P embed.cmake -- FILE...
#
# The result defines abide::embedded_files(), or the function given as FUNCTION (src/base/embedded.hpp). A file is named
# without its folder. Comments and indentation of .html files are left out; style sheets are converted by sheet.cmake.
cmake_minimum_required(VERSION 3.20)
include("${CMAKE_CURRENT_LIST_DIR}/../cmake/sheet.cmake")

if(NOT DEFINED OUT)
  message(FATAL_ERROR "embed.cmake: -D OUT=FILE is missing")
endif()

if(NOT DEFINED FUNCTION)
  set(FUNCTION embedded_files)
endif()

set(files)
set(is_file FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(is_file)
    list(APPEND files "${CMAKE_ARGV${i}}")
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(is_file TRUE)
  endif()
endforeach()

set(arrays "")
set(rows "")
set(count 0)
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME)
  if(name MATCHES "\\.css$" AND FUNCTION STREQUAL "embedded_files")
    abide_served_sheet(text "${file}")
    string(HEX "${text}" bytes)
  elseif(name MATCHES "\\.html$" AND FUNCTION STREQUAL "embedded_files")
    file(READ "${file}" text)
    string(REGEX REPLACE "<!--([^-]|-[^-])*-->" "" text "${text}")
    string(REGEX REPLACE "\n[ \n]*" "\n" text "${text}")
    string(REGEX REPLACE "\n({{[#^][a-z_]+}})" "\\1\n" text "${text}")  # a section that is left out leaves no empty line
    string(REGEX REPLACE "^\n|\n$" "" text "${text}")
    string(HEX "${text}" bytes)
  else()
    file(READ "${file}" bytes HEX)
  endif()
  string(SHA256 hash "${bytes}")
  string(SUBSTRING "${hash}" 0 12 hash)
  string(LENGTH "${bytes}" size)
  math(EXPR size "${size} / 2")
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND arrays "constexpr char file_${count}[] = {${bytes}0};\n")
  string(APPEND rows "    {\"${name}\", {file_${count}, ${size}}, \"${hash}\"},\n")
  math(EXPR count "${count} + 1")
endforeach()

file(WRITE "${OUT}" "// Written by embed.cmake.
#include \"base/embedded.hpp\"

namespace abide::detail {
namespace {

${arrays}
constexpr embedded_file files[]{
${rows}};

}  // namespace

std::span<const embedded_file> ${FUNCTION}() noexcept { return files; }

}  // namespace abide::detail
")
