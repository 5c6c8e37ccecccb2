#pragma once
// Inserts fragments into a page that arrives in chunks. Passes on at once all bytes except those before which an
// insertion may still be needed: a tag or a script that is being read, what follows </body>, what a frameset may still
// replace. That is at most one tag, or 64 KB.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "html/page_insert.hpp"
#include "html/page_reader.hpp"

namespace abide::detail {

/// Fragments of a page that is still being read: those of the head need the facts of the head, the last one needs all.
class passing_source {
 public:
  virtual ~passing_source() = default;
  virtual bool has(fragment, const page_facts&) = 0;
  virtual void append(fragment, const page_facts&, std::string& page) = 0;
};

/// The output does not depend on the chunk sizes. It equals that of `inserted` (page_insert.hpp).
class page_stream {
 public:
  /// `settings`: the path of the settings. Both must outlive the stream.
  page_stream(std::string_view settings, passing_source& source) noexcept : reader_(settings), source_(&source) {}

  /// Appends to `page` what can be passed on.
  void feed(std::string_view chunk, std::string& page);
  void finish(std::string& page);

 private:
  void pass(std::uint64_t end, std::string& page);
  void put(fragment what, std::uint64_t at, std::size_t replaced, std::string& page);
  void put_settled(std::uint64_t settled, bool has_body, std::string& page);
  void put_marks(std::uint64_t settled, std::string& page);
  void put_end(std::uint64_t at, std::string& page);
  bool may_put(const page_facts::mark&, fragment, std::uint64_t settled);

  page_reader reader_;
  passing_source* source_;
  std::string held_;           ///< bytes before the chunk that were not passed on yet
  std::string_view chunk_;     ///< the rest of the chunk that is being fed
  std::uint64_t passed_ = 0;   ///< how many bytes of the page were passed on or replaced
  std::array<bool, 5> put_{};  ///< which fragments were inserted
  bool is_closed_ = false;     ///< page_facts::closing was inserted
};

}  // namespace abide::detail
