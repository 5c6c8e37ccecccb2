# Reads a template as it is served: without comments, indentation and a leading line break.
function(abide_served_template out file)
  file(READ "${file}" text)
  string(REGEX REPLACE "<!--([^-]|-[^-])*-->" "" text "${text}")
  string(REGEX REPLACE "\n[ \n]*" "\n" text "${text}")
  string(REGEX REPLACE "\n({{[#^][a-z_]+}})" "\\1\n" text "${text}")  # a section that is left out leaves no empty line
  string(REGEX REPLACE "^\n" "" text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()
