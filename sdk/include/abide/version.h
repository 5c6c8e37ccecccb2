/* The version, for C and C++. These numbers are the only source: CMake reads them. */
#ifndef ABIDE_VERSION_H
#define ABIDE_VERSION_H

#include "abide/api.h"

#define ABIDE_VERSION_MAJOR 0
#define ABIDE_VERSION_MINOR 1
#define ABIDE_VERSION_PATCH 0

/* 10203 for 1.2.3: to compare in #if. */
#define ABIDE_VERSION_NUMBER (ABIDE_VERSION_MAJOR * 10000 + ABIDE_VERSION_MINOR * 100 + ABIDE_VERSION_PATCH)

#define ABIDE_VERSION_JOIN_(major, minor, patch) #major "." #minor "." #patch
#define ABIDE_VERSION_JOIN(major, minor, patch) ABIDE_VERSION_JOIN_(major, minor, patch)

/* "0.1.0": the version of the headers that the program was compiled with. */
#define ABIDE_VERSION ABIDE_VERSION_JOIN(ABIDE_VERSION_MAJOR, ABIDE_VERSION_MINOR, ABIDE_VERSION_PATCH)

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0": the version of the library at run time. NUL-terminated, static lifetime. Thread-safe. */
ABIDE_C_API const char* abide_version(void);

#ifdef __cplusplus
}
#endif
#endif
