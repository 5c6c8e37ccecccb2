// Catch2's own main, compiled once for every test executable.
#define CATCH_CONFIG_MAIN
#include "catch.hpp"
