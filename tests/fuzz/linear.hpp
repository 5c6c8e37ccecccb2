#pragma once
// Work that grows with its input, and not with the input's square.
#include <algorithm>
#include <cstddef>
#include <ctime>
#include <string>
#include <string_view>

#include "input.hpp"

inline double thread_milliseconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

template <class Work>
double milliseconds_of(const std::string& text, Work work) {
  const double start = thread_milliseconds();
  work(std::string_view(text));
  return thread_milliseconds() - start;
}

/// Of every 200th input a text of 32 KB and one of 512 KB are made by repeating it: sixteen times the size may cost
/// forty times the work, where a square would cost 256 times. What the machine disturbed is measured again.
template <class Work>
void must_be_linear(std::string_view piece, Work work) {
  static unsigned calls = 0;
  if (piece.empty() || ++calls % 200 != 0) return;
  std::string small, large;
  while (small.size() < 32'768) small += piece;
  while (large.size() < 16 * 32'768) large += piece;
  bool kept = false;
  for (int tries = 0; tries < 4 && !kept; ++tries)
    kept = milliseconds_of(large, work) < 40 * milliseconds_of(small, work) + 40;
  must(kept, "the work grows with the size of the input, not with its square");
}
