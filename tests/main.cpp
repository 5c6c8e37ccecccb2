// Catch2's main, compiled once for every test executable.
#include <cstdlib>

#define CATCH_CONFIG_RUNNER
#include "catch.hpp"

int main(int count, char** words) {
  // Test vectors outside the project. A test without them prints `skipped: `, which ctest reports as skipped.
  setenv("ABIDE_VECTORS", ABIDE_TEST_VECTORS, 0);
  return Catch::Session().run(count, words);
}
