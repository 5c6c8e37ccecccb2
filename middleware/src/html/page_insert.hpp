#pragma once
// Inserts fragments into a whole page of the application.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "html/page_reader.hpp"

namespace abide::detail {

/// The facts of a whole page. `settings`: the path of the settings.
page_facts read_page(std::string_view html, std::string_view settings);

enum class fragment : std::uint8_t {
  head,        ///< at the end of the head
  body_start,  ///< at the beginning of the body
  status,      ///< in place of <span data-abide-status></span>, else at the end of the body
  body_end,    ///< at the end of the body
  withdraw     ///< in place of <span data-abide-withdraw></span>; without the mark, nowhere
};

/// Appends fragments to a page. Each fragment is the same for every call.
class fragment_source {
 public:
  virtual ~fragment_source() = default;
  virtual bool has(fragment) const = 0;
  virtual void append(fragment, std::string& page) const = 0;
};

/// The page with the fragments at the places in `page_facts`; fragments without a place are left out, and so is what
/// closes the page for them where nothing is inserted.
/// `size`: an upper bound of the size of all fragments together, in bytes.
std::string inserted(std::string_view html, const page_facts&, const fragment_source&, std::size_t size);

}  // namespace abide::detail
