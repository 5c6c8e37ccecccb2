# A module that a server in C loads. It contains all of Abide and exports what module.map in its folder names.
function(abide_server_module target output folder)
  set(map "${CMAKE_CURRENT_SOURCE_DIR}/module.map")
  set_target_properties(
    ${target}
    PROPERTIES OUTPUT_NAME ${output}
               PREFIX ""
               C_STANDARD 11
               C_EXTENSIONS ON
               C_VISIBILITY_PRESET default
               LINKER_LANGUAGE CXX
               LINK_DEPENDS "${map}")
  target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/..")
  target_link_libraries(${target} PRIVATE abide_middleware_inside)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wshadow)
  target_link_options(${target} PRIVATE "LINKER:--version-script=${map}")
  if(ABIDE_INSTALL)
    install(TARGETS ${target} LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}/${folder}/modules")
  endif()
endfunction()
