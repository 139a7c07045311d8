# Warnings, sanitizers, ccache and mold: how every target is compiled.

# ccache works across clones: paths are made relative and the folder is not hashed.
find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true ${CCACHE})
endif()

find_program(MOLD mold)
if(MOLD AND NOT POSTHOUSE_FUZZ)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror=return-type -Wno-missing-field-initializers -fno-omit-frame-pointer
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside its own headers and Asio's coroutines.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds -Wno-dangling-pointer
    -Wno-mismatched-new-delete)
endif()
add_link_options(-Wl,--gc-sections)
add_compile_options(-ffunction-sections -fdata-sections)

if(POSTHOUSE_SANITIZE)
  add_compile_options(-fsanitize=${POSTHOUSE_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${POSTHOUSE_SANITIZE})
endif()
if(POSTHOUSE_FUZZ)
  # clang 14 cannot emit the function sanitizer's prefix for coroutines.
  add_compile_options(-fsanitize=fuzzer-no-link -fno-sanitize=function)
endif()
