#pragma once
// Checks that the work grows linearly with the input, not quadratically.
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

/// For every 200th input, makes a text of 32 KB and one of 512 KB by repeating it: sixteen times the size may cost
/// forty times the work; quadratic work would cost 256 times. Measures again if the result is too large.
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
