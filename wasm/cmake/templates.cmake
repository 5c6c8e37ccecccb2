# Turns the templates of the middleware into a JavaScript module:
#
#   cmake -D OUT=templates.mjs -P templates.cmake -- FILE...
#
# Comments and indentation are left out, as in middleware/texts/embed.cmake.
cmake_minimum_required(VERSION 3.20)

set(members "")
set(is_file FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(is_file)
    get_filename_component(name "${CMAKE_ARGV${i}}" NAME)
    file(READ "${CMAKE_ARGV${i}}" text)
    string(REGEX REPLACE "<!--([^-]|-[^-])*-->" "" text "${text}")
    string(REGEX REPLACE "\n[ \n]*" "\n" text "${text}")
    string(REGEX REPLACE "\n({{[#^][a-z_]+}})" "\\1\n" text "${text}")  # a section that is left out leaves no empty line
    string(REGEX REPLACE "^\n" "" text "${text}")
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "'" "\\'" text "${text}")
    string(REPLACE "\n" "\\n" text "${text}")
    string(APPEND members "  '${name}': '${text}',\n")
  elseif("${CMAKE_ARGV${i}}" STREQUAL "--")
    set(is_file TRUE)
  endif()
endforeach()
file(WRITE "${OUT}" "// Written by templates.cmake from middleware/assets.\nexport const templates = {\n${members}};\n")
