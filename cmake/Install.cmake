# The program, include/migrate, the source of the models library and the CMake package; the .deb of all of it.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(MIGRATE_INCLUDE_DIR ${PROJECT_SOURCE_DIR}/include)
set(MIGRATE_RUNTIME_DIR ${PROJECT_SOURCE_DIR}/src/model/runtime)
if(EXISTS ${MIGRATE_RUNTIME_DIR})
  include(${PROJECT_SOURCE_DIR}/cmake/MigrateModels.cmake)
endif()

# Nothing of the package depends on the machine's kind, so all but the program goes to share/.
set(MIGRATE_INSTALL_CMAKE ${CMAKE_INSTALL_DATADIR}/migrate/cmake)
set(MIGRATE_INSTALL_RUNTIME ${CMAKE_INSTALL_DATADIR}/migrate/runtime)
if(TARGET migrate)
  install(TARGETS migrate RUNTIME)
endif()
install(DIRECTORY ${MIGRATE_INCLUDE_DIR}/migrate DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY ${MIGRATE_RUNTIME_DIR}/ DESTINATION ${MIGRATE_INSTALL_RUNTIME}
        FILES_MATCHING PATTERN "*.cpp" PATTERN "*.hpp")

configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/migrateConfig.cmake.in ${PROJECT_BINARY_DIR}/migrateConfig.cmake
  INSTALL_DESTINATION ${MIGRATE_INSTALL_CMAKE}
  PATH_VARS CMAKE_INSTALL_INCLUDEDIR MIGRATE_INSTALL_RUNTIME CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/migrateConfigVersion.cmake COMPATIBILITY SameMajorVersion
                                 ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/migrateConfig.cmake ${PROJECT_BINARY_DIR}/migrateConfigVersion.cmake
              ${PROJECT_SOURCE_DIR}/cmake/MigrateModels.cmake
        DESTINATION ${MIGRATE_INSTALL_CMAKE})
if(EXISTS ${PROJECT_SOURCE_DIR}/README.md)
  install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md TYPE DOC)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs TYPE DOC)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME migrate)
set(CPACK_PACKAGE_CONTACT "The migrate project <migrate@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
# The compiler reads [models] sources, the server's binaries are behind url = "local"; a deployment needs neither.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "g++, postgresql")
include(CPack)
