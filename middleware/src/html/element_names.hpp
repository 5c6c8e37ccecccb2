#pragma once
// What the lists of WHATWG HTML sections 13.2.4 and 13.2.6 say of an element's name, as far as pages are read here.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace abide::detail {

enum class name_list : std::uint16_t {
  document = 1,             ///< such a first tag begins a document, not a fragment
  head = 2,                 ///< belongs into the head
  formatting = 4,           ///< goes on in what follows until it is ended
  scope = 8,                ///< bounds what an end tag inside it can end
  block = 16,               ///< ends an open <p>
  body_only = 32,           ///< after it no <frameset> takes the place of the body (the frameset-ok flag)
  breakout = 64,            ///< ends svg and math
  svg_html = 128,           ///< of svg; its inside is HTML
  math_html = 256,          ///< of math; its inside is HTML
  raw_text = 512,           ///< its inside has no tags
  select_end = 1024,        ///< ends an open <select>
  content = 8192,           ///< what is in it is read in another way than elements are
  foreign = 16384,          ///< <svg> and <math>
  read_before_body = 2048,  ///< its attributes are read there
  read_in_body = 4096,      ///< and there
  named = 32768,            ///< means something of its own in the body
};

inline constexpr std::size_t formatting_count = 14;

/// What is known of a name.
struct name_facts {
  std::string_view name;
  std::uint16_t lists = 0;
  std::uint8_t formatting_index = 0;  ///< less than formatting_count, of those in that list

  constexpr bool is_in(name_list list) const noexcept { return (lists & static_cast<std::uint16_t>(list)) != 0; }

  /// Whether it is like <div>, <p>, <img> and most elements of a body: outside of svg and math its tags change nothing
  /// but whether a paragraph is open, and whether a <frameset> may still come.
  constexpr bool is_plain() const noexcept {
    return !is_in(name_list::formatting) && !is_in(name_list::scope) && !is_in(name_list::select_end) &&
           !is_in(name_list::content) && !is_in(name_list::foreign) && !is_in(name_list::named);
  }
};

/// Of a name in lower case; of one in no list nothing is known.
const name_facts& facts_of(std::string_view name) noexcept;

}  // namespace abide::detail
