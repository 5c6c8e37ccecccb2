#pragma once
// Inserts fragments into a page that passes by in chunks. What was read goes on at once, but for the few bytes that a
// place may turn out to lie before: a tag that is being read, what follows </body>, what may still become a frameset.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "html/page_insert.hpp"
#include "html/page_reader.hpp"

namespace abide::detail {

/// Fragments of a page of which more and more becomes known: the head's need what stands in the head, the last one all.
class passing_source {
 public:
  virtual ~passing_source() = default;
  virtual bool has(fragment, const page_facts&) = 0;
  virtual void append(fragment, const page_facts&, std::string& page) = 0;
};

/// The bytes that come out do not depend on how the page was cut. They are those of `inserted` (page_insert.hpp), but
/// that a page which ends inside a tag or the like gets nothing at its end.
class page_stream {
 public:
  /// `settings`: the path of the settings. Both live longer than the stream.
  page_stream(std::string_view settings, passing_source& source) noexcept : reader_(settings), source_(&source) {}

  /// Appends to `page` what is ready.
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
  std::string held_;           ///< bytes before the chunk that did not go on yet
  std::string_view chunk_;     ///< that is being fed
  std::uint64_t passed_ = 0;   ///< how many bytes of the page went on, or were replaced
  std::array<bool, 5> put_{};  ///< by fragment
};

}  // namespace abide::detail
