# Settings shared by all libraries that Abide exports.

# Symbols are hidden except ABIDE_API, and the SONAME contains the minor version.
function(abide_library target name)
  add_library(abide::${name} ALIAS ${target})
  set_target_properties(
    ${target}
    PROPERTIES EXPORT_NAME ${name}
               POSITION_INDEPENDENT_CODE ON
               C_VISIBILITY_PRESET hidden
               CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               VERSION ${PROJECT_VERSION}
               SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  if(BUILD_SHARED_LIBS)
    target_compile_definitions(${target} PUBLIC ABIDE_SHARED_LIBRARY)
    abide_find_beside(${target} "$ORIGIN")
  endif()
endfunction()

# Lets installed programs and libraries find Abide's shared libraries even if the prefix is moved. Packagers of
# distributions can set CMAKE_INSTALL_RPATH or CMAKE_SKIP_INSTALL_RPATH.
function(abide_find_beside target folder)
  if(NOT DEFINED CMAKE_INSTALL_RPATH)
    set_target_properties(${target} PROPERTIES INSTALL_RPATH "${folder}")
  endif()
endfunction()

# Writes NAME.pc, relocatable: the relative path to the prefix depends on the depth of the library folder.
function(abide_pkg_config template)
  get_filename_component(name "${template}" NAME_WLE)
  if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}" OR IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
    set(pc_prefix "${CMAKE_INSTALL_PREFIX}")
    set(pc_libdir "${CMAKE_INSTALL_FULL_LIBDIR}")
    set(pc_includedir "${CMAKE_INSTALL_FULL_INCLUDEDIR}")
  else()
    file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
    string(REGEX REPLACE "/$" "" up "${up}")
    set(pc_prefix "\${pcfiledir}/${up}")
    set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
    set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
  endif()
  set(pc_shared)
  if(BUILD_SHARED_LIBS)
    set(pc_shared " -DABIDE_SHARED_LIBRARY")
  endif()
  configure_file("${template}" "${CMAKE_CURRENT_BINARY_DIR}/${name}" @ONLY)
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endfunction()
