# What `cmake --install` puts where; included by the top CMakeLists.txt. docs/Embedding.md
# describes the result: a relocatable tree with the CMake package Structlin.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(STRUCTLIN_INSTALL_CMAKEDIR ${CMAKE_INSTALL_LIBDIR}/cmake/structlin)
# Every 0.x may change the ABI.
set(STRUCTLIN_SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})

# structlin_install(<target>): installs a shared library, a plugin or a tool and exports it as
# Structlin::<target>, a name that the source tree has as well. Libraries find each other beside
# themselves, tools find them in the library folder, and both find LLVM and MLIR where these were
# when structlin was built.
function(structlin_install target)
  get_target_property(type ${target} TYPE)
  set(siblings "$ORIGIN")
  if(type STREQUAL EXECUTABLE)
    add_executable(Structlin::${target} ALIAS ${target})
    file(RELATIVE_PATH bin_to_lib /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
    string(APPEND siblings "/${bin_to_lib}")
  else()
    add_library(Structlin::${target} ALIAS ${target})
  endif()
  if(type STREQUAL SHARED_LIBRARY)
    set_target_properties(${target} PROPERTIES
      VERSION ${PROJECT_VERSION} SOVERSION ${STRUCTLIN_SOVERSION})
    target_include_directories(${target} INTERFACE
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
      $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
      $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  endif()
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "${siblings};${LLVM_LIBRARY_DIR}")
  install(TARGETS ${target} EXPORT StructlinTargets
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT Runtime
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT Runtime
            NAMELINK_COMPONENT Development)
endfunction()

# Headers, those that tablegen makes, and the .td files that dialects from outside include.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/structlin ${PROJECT_SOURCE_DIR}/include/structlin-c
                  ${PROJECT_SOURCE_DIR}/include/structlin-runtime
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT Development
  FILES_MATCHING PATTERN "*.h" PATTERN "*.td")
install(DIRECTORY ${PROJECT_BINARY_DIR}/include/structlin
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT Development
  FILES_MATCHING PATTERN "*.inc" PATTERN CMakeFiles EXCLUDE)

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/StructlinConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/StructlinConfig.cmake
  INSTALL_DESTINATION ${STRUCTLIN_INSTALL_CMAKEDIR}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/cmake/StructlinConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/cmake/StructlinConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/StructlinConfigVersion.cmake
  DESTINATION ${STRUCTLIN_INSTALL_CMAKEDIR} COMPONENT Development)
install(EXPORT StructlinTargets NAMESPACE Structlin::
  DESTINATION ${STRUCTLIN_INSTALL_CMAKEDIR} COMPONENT Development)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/python/structlin DESTINATION python_packages
  COMPONENT Python FILES_MATCHING PATTERN "*.py" PATTERN "*.yaml" PATTERN "*.txt"
  PATTERN __pycache__ EXCLUDE)

# As in the source tree, so that links between the pages lead somewhere.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR}
  COMPONENT Documentation FILES_MATCHING PATTERN "*.md")
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT Documentation)
