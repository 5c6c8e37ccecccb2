// The cost of inserting into a page that arrives in chunks of several sizes. Figures, not tests; fails only if the
// output depends on the chunks.
//   stream_report [MEGABYTES]
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "html/page_stream.hpp"

namespace {

using namespace abide::detail;

class notice final : public passing_source {
 public:
  bool has(fragment what, const page_facts&, std::uint64_t) override { return what != fragment::withdraw; }
  void append(fragment, const page_facts&, std::uint64_t, std::string& page) override {
    page += "<section>notice</section>";
  }
};

/// Nanoseconds of CPU time of this thread.
double own_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// The part of a page that is repeated.
std::string block() {
  std::string text;
  for (int i = 0; text.size() < 4096; ++i)
    text += "<div class=\"item\"><a href=\"/product/" + std::to_string(i) +
            "\"><img src=\"x.png\" alt=\"\"> A product</a>" +
            "<p>Made of wool, and of a price that is asked for &amp; paid.</p></div>\n";
  return text;
}

struct measured {
  std::uint64_t hash = 14695981039346656037u, bytes = 0;
  std::size_t first = 0;    ///< bytes fed in before the first came out
  std::size_t largest = 0;  ///< bytes that came out at once
  double nanoseconds = 0;   ///< per byte
};

measured pass(std::size_t size, std::size_t chunk, const std::string& part) {
  measured m;
  notice source;
  page_stream stream("/consent", source);
  std::string out;
  std::uint64_t fed = 0;
  const auto take = [&] {
    if (!out.empty() && m.first == 0) m.first = static_cast<std::size_t>(fed);
    m.largest = std::max(m.largest, out.size());
    m.bytes += out.size();
    for (const char c : out) m.hash = (m.hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    out.clear();
  };
  double spent = 0;
  const auto feed = [&](std::string_view text) {
    for (std::size_t at = 0; at < text.size(); at += chunk) {
      fed += std::min(chunk, text.size() - at);
      stream.feed(text.substr(at, chunk), out);
      if (out.size() < 65536 && m.first != 0) continue;
      take();
    }
  };
  const auto timed = [&](std::string_view text) {
    const double began = own_time();
    feed(text);
    spent += own_time() - began;
    take();
  };
  timed("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Shop</title></head><body>");
  while (fed < size) timed(part);
  timed("</body></html>\n");
  stream.finish(out);
  take();
  m.nanoseconds = spent / static_cast<double>(fed);
  return m;
}

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t size = static_cast<std::size_t>(argc > 1 ? std::atoi(argv[1]) : 50) << 20;
  const std::string part = block();
  const long before = peak_kilobytes();
  std::printf("chunk      ns/byte  first byte after  bytes out  peak memory\n");
  std::uint64_t hash = 0;
  for (const std::size_t chunk : {4096u, 65536u, 7u, 1u}) {
    const measured m = pass(size, chunk, part);
    std::printf("%5zu %12.2f %17zu %10llu  +%ld KB\n", chunk, m.nanoseconds, m.first,
                static_cast<unsigned long long>(m.bytes), peak_kilobytes() - before);
    if (hash != 0 && hash != m.hash) return std::puts("the bytes depend on the chunks"), 1;
    hash = m.hash;
  }
  return 0;
}
