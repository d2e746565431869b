# What every target of this project is compiled with; users of the installed package see none of it.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without this, ccache passes on whatever uses the tests' precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

add_library(migrate_options INTERFACE)
target_compile_options(migrate_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor)
# g++ 13 and newer take a reference that a function got from its argument for one to a temporary.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
  target_compile_options(migrate_options INTERFACE -Wno-dangling-reference)
endif()
if(MIGRATE_WERROR)
  target_compile_options(migrate_options INTERFACE -Werror)
endif()
# Links the programs of the tests in a fraction of a second each, where the system's linker takes several.
find_program(MOLD mold)
if(MOLD)
  target_link_options(migrate_options INTERFACE -fuse-ld=mold)
endif()
if(MIGRATE_SANITIZE)
  target_compile_options(migrate_options INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(migrate_options INTERFACE -fsanitize=address,undefined)
endif()
if(MIGRATE_FUZZ)
  # Everything is instrumented, so that the fuzzers see which way the code took; they alone link the fuzzer's main.
  target_compile_options(migrate_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
