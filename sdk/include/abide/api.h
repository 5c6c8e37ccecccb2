/* The symbols that the shared libraries export; all others are hidden. */
#ifndef ABIDE_API_H
#define ABIDE_API_H

/* ABIDE_API marks the public symbols of the C++ headers. CMake and pkg-config define ABIDE_SHARED_LIBRARY where the
   libraries are shared; a program that links them statically exports none of it. */
#if !defined(ABIDE_SHARED_LIBRARY)
#define ABIDE_API
#elif defined(__cplusplus)
#define ABIDE_API [[gnu::visibility("default")]]
#else
#define ABIDE_API __attribute__((visibility("default")))
#endif

/* ABIDE_C_API marks the C functions: abide.wasm exports only these. */
#if defined(__wasm__)
#define ABIDE_C_API __attribute__((used, visibility("default")))
#else
#define ABIDE_C_API ABIDE_API
#endif

#endif
