#pragma once
// The fragments for the site's own pages, rendered once for all visitors with the same decision and language. What
// differs from page to page is a hole.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "html/page_insert.hpp"
#include "pages/page_model.hpp"
#include "site/cookie_reading.hpp"
#include "site/exchange.hpp"

namespace abide::detail {

/// What differs from page to page: the values of the holes, and a charset to name in the head; empty: none. Views.
struct page_values {
  std::string_view return_path, style_nonce, script_nonce, charset;
};

/// Everything that the fragments depend on, except the values of the holes.
struct rendered_key {
  decision_key verdicts;
  const language* words = nullptr;
  std::string own_path;
  std::int64_t exception_time = 0;
  std::uint8_t exception_purposes = 0, declared_exempt = 0, notice = 0, seen = 0;
  std::uint32_t flags = 0;
  bool operator==(const rendered_key&) const noexcept = default;
};

/// The conditions of a page for what is inserted.
struct page_terms {
  inline_terms styles, scripts;
  bool links_to_settings = false, places_withdraw = false;
  bool has_foreign_base = false;  ///< its <base> makes paths lead to another host
  bool is_frame = false;          ///< only gate and module are inserted
};

rendered_key key_of(const exchange&, const language&, const page_terms&);

class rendered {
 public:
  rendered(const exchange&, const language&, const page_terms&);

  bool has(detail::fragment) const;
  /// Appends one fragment, filled with the page's values.
  void append(detail::fragment, const page_values&, std::string& page) const;

  /// The page with the fragments inserted and filled with its values.
  std::string inserted_into(std::string_view html, const page_facts&, const page_values&) const;

 private:
  enum class hole : std::uint8_t { none, return_path, return_query, style_nonce, script_nonce };
  struct piece {
    std::string text;
    hole then = hole::none;
  };
  using pieces = std::vector<piece>;
  static pieces cut(std::string_view html);

  class filled;

  std::array<pieces, 5> parts_;  ///< by fragment
  std::size_t size_ = 0;
};

}  // namespace abide::detail
