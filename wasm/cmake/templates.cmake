# Turns the templates of the middleware into a JavaScript module:
#
#   cmake -D OUT=templates.mjs -P templates.cmake -- FILE...
#
# Comments and indentation are left out.
cmake_minimum_required(VERSION 3.20)

include("${CMAKE_CURRENT_LIST_DIR}/../../middleware/cmake/take_files.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/../../middleware/cmake/template.cmake")

take_files(files)
set(members "")
foreach(file IN LISTS files)
  get_filename_component(name "${file}" NAME)
  abide_served_template(text "${file}")
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "'" "\\'" text "${text}")
  string(REPLACE "\n" "\\n" text "${text}")
  string(APPEND members "  '${name}': '${text}',\n")
endforeach()
file(WRITE "${OUT}" "// Written by templates.cmake from middleware/assets.\nexport const templates = {\n${members}};\n")
