// Catch2's main, compiled once for every test executable.
#include <cstdlib>

#define CATCH_CONFIG_RUNNER
#include "catch.hpp"

int main(int count, char** words) {
  // Vectors that lie outside the project; a test that misses them says `skipped: `, which ctest reports as skipped.
  setenv("ABIDE_VECTORS", ABIDE_TEST_VECTORS, 0);
  return Catch::Session().run(count, words);
}
