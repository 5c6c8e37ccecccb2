# cmake -D from=FILE -D to=FILE [-D squeeze=ON] -P strip.cmake: copies a script of the page without its comments and indentation.
# Comments are taken out only where they fill their lines, so that nothing within a string can be mistaken for one.
file(READ "${from}" text)
string(REGEX REPLACE "\n *//[^\n]*" "" text "\n${text}")
string(REGEX REPLACE "\n */\\*\\*[^\n]*\\*/" "" text "${text}")
string(REGEX REPLACE "\n[ \n]+" "\n" text "${text}")
string(REGEX REPLACE "^\n" "" text "${text}")
# gate.js stands in every page: its spaces and line ends go too. Its strings and patterns have none; the tests run it as
# it is served.
if(squeeze)
  string(REGEX REPLACE " ?([=+{}();,?<>&|!:]) ?" "\\1" text "${text}")
  string(REGEX REPLACE "([{;,(|&=>])\n" "\\1" text "${text}")
  string(REGEX REPLACE ";?\n([})])" "\\1" text "${text}")
  string(REGEX REPLACE ";}" "}" text "${text}")
  string(REGEX REPLACE "\\(([a-z]+)\\)=>" "\\1=>" text "${text}")
endif()
file(WRITE "${to}" "${text}")
