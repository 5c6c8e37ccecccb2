# Turns files into a C++ source that contains their bytes, so that the library needs no files at run time:
#
#   cmake -D OUT=embedded.cpp [-D FUNCTION=embedded_files] -P embed.cmake -- FILE...
#
# The result defines abide::embedded_files(), or the function given as FUNCTION (src/base/embedded.hpp). A file is named
# without its folder. Comments and indentation of .html files are left out; style sheets are converted by sheet.cmake.
cmake_minimum_required(VERSION 3.20)
include("${CMAKE_CURRENT_LIST_DIR}/../cmake/sheet.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/../cmake/take_files.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/../cmake/template.cmake")

if(NOT DEFINED OUT)
  message(FATAL_ERROR "embed.cmake: -D OUT=FILE is missing")
endif()

if(NOT DEFINED FUNCTION)
  set(FUNCTION embedded_files)
endif()

take_files(files)
set(arrays "")
set(rows "")
set(count 0)
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME)
  if(name MATCHES "\\.css$" AND FUNCTION STREQUAL "embedded_files")
    abide_served_sheet(text "${file}")
    string(HEX "${text}" bytes)
  elseif(name MATCHES "\\.html$" AND FUNCTION STREQUAL "embedded_files")
    abide_served_template(text "${file}")
    string(REGEX REPLACE "\n$" "" text "${text}")
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
