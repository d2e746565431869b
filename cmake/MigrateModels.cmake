# The library behind migrate/model.hpp, and how a build makes a models program of its own. Installed with the package, and used
# from this checkout by add_subdirectory; MIGRATE_INCLUDE_DIR and MIGRATE_RUNTIME_DIR say where both keep their files.

# migrate::model is compiled by the build that uses it, once: any compiler, standard library or sanitizer will do.
if(NOT TARGET migrate::model)
  file(GLOB migrate_runtime_sources CONFIGURE_DEPENDS ${MIGRATE_RUNTIME_DIR}/*.cpp)
  if(migrate_runtime_sources)
    add_library(migrate_model_runtime STATIC EXCLUDE_FROM_ALL ${migrate_runtime_sources})
  else()
    message(FATAL_ERROR "migrate: no sources in ${MIGRATE_RUNTIME_DIR}")
  endif()
  target_include_directories(migrate_model_runtime SYSTEM INTERFACE ${MIGRATE_INCLUDE_DIR})
  target_include_directories(migrate_model_runtime PRIVATE ${MIGRATE_INCLUDE_DIR})
  target_compile_features(migrate_model_runtime PUBLIC cxx_std_20)
  set_target_properties(migrate_model_runtime PROPERTIES OUTPUT_NAME migrate_model POSITION_INDEPENDENT_CODE ON)
  add_library(migrate::model ALIAS migrate_model_runtime)
endif()

# migrate_models(TARGET SOURCES file... [LINK target...])
# The program to be named by `[models] program`: it prints what the MIGRATE_MODELS of these files declare. Each file must
# announce itself when the program runs, so one that was compiled and then lost is an error and not a dropped table.
function(migrate_models target)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINK")
  if(NOT ARG_SOURCES OR ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "migrate_models(TARGET SOURCES file... [LINK target...])")
  endif()
  if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
    message(FATAL_ERROR "migrate_models(${target}): this build is for another machine, where migrate cannot run the program. "
                        "Name the files by [models] sources in config.toml instead, which migrate compiles for this one.")
  endif()
  set(expected "#include <migrate/model.hpp>\n")
  set(number 0)
  foreach(source ${ARG_SOURCES})
    if(source MATCHES "\\.(cpp|cc|cxx|C)$")
      get_filename_component(path ${source} ABSOLUTE)
      string(APPEND expected "static const migrate::detail::ExpectedFile expected_${number}{R\"path(${path})path\"};\n")
      math(EXPR number "${number} + 1")
    endif()
  endforeach()
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${target}_expected_files.cpp)
  file(CONFIGURE OUTPUT ${generated} CONTENT "${expected}" @ONLY)
  add_executable(${target} ${ARG_SOURCES} ${generated})
  target_link_libraries(${target} PRIVATE migrate::model ${ARG_LINK})
endfunction()
