#pragma once
// Inserts fragments into a page that arrives in chunks. Passes on at once all bytes except those before which an
// insertion may still be needed: a tag or a script that is being read, what follows </body>, what a frameset may still
// replace. That is at most one tag, or 64 KB. If neither the response nor the head names the charset, the rest of the
// first KB and a tag that begins there wait too.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "html/page_insert.hpp"
#include "html/page_reader.hpp"

namespace abide::detail {

/// Fragments of a page that is still being read. The facts may be those of more than what stands before the fragment,
/// depending on the chunk sizes; `at` is its offset, so that only what is before it counts.
class passing_source {
 public:
  virtual ~passing_source() = default;
  virtual bool has(fragment, const page_facts&, std::uint64_t at) = 0;
  virtual void append(fragment, const page_facts&, std::uint64_t at, std::string& page) = 0;
};

/// The output does not depend on the chunk sizes. It equals that of `inserted` (page_insert.hpp) if the fragments
/// depend only on what stands before them, and on the charset.
class page_stream {
 public:
  /// `settings`: the path of the settings. Both must outlive the stream. `awaits_charset`: nothing is inserted before
  /// the charset that a <meta> tag may name is known.
  page_stream(std::string_view settings, passing_source& source, bool awaits_charset = false) noexcept
      : reader_(settings), source_(&source), awaits_charset_(awaits_charset) {}

  /// Appends to `page` what can be passed on.
  void feed(std::string_view chunk, std::string& page);
  void finish(std::string& page);

 private:
  void pass(std::uint64_t end, std::string& page);
  bool must_wait() noexcept;
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
  bool awaits_charset_;
};

}  // namespace abide::detail
