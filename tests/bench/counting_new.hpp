#pragma once
// Counts every operator new of the program that links counting_new.cpp.
#include <cstddef>

extern std::size_t allocations;
