#pragma once
// The lists of element names in WHATWG HTML sections 13.2.4 and 13.2.6 that the page reader needs.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace abide::detail {

enum class name_list : std::uint16_t {
  document = 1,             ///< as the first tag it begins a document, not a fragment
  head = 2,                 ///< belongs in the head
  formatting = 4,           ///< formatting: reopened in what follows until it is closed
  scope = 8,                ///< limits which elements an end tag inside it can close
  block = 16,               ///< closes an open <p>
  body_only = 32,           ///< after it no <frameset> can replace the body (clears the frameset-ok flag)
  breakout = 64,            ///< closes svg and math
  svg_html = 128,           ///< svg element that contains HTML (integration point)
  math_html = 256,          ///< math element that contains HTML (integration point)
  raw_text = 512,           ///< contains no tags
  select_end = 1024,        ///< closes an open <select>
  content = 8192,           ///< its content may be read in another tokenizer state
  foreign = 16384,          ///< <svg> and <math>
  read_before_body = 2048,  ///< its attributes are read before the body
  read_in_body = 4096,      ///< its attributes are read in the body
  named = 32768,            ///< has a rule of its own in the body
};

inline constexpr std::size_t formatting_count = 14;

/// What a tag does in the body, outside svg, math and templates, once no <frameset> can replace the body.
enum class tag_effect : std::uint8_t {
  none,
  block,       ///< closes the open paragraph
  paragraph,   ///< opens or closes a paragraph
  formatting,  ///< opens or closes a formatting element
  other,
};

/// The facts about a name.
struct name_facts {
  std::string_view name;
  std::uint64_t word = 0;  ///< see word_of
  std::uint16_t lists = 0;
  tag_effect start = tag_effect::none, end = tag_effect::none;
  std::uint8_t formatting_index = 0;  ///< index among the formatting elements, less than formatting_count

  constexpr bool is_in(name_list list) const noexcept { return (lists & static_cast<std::uint16_t>(list)) != 0; }

  /// Whether it is an ordinary element such as <div>, <p> or <img>: outside svg and math its tags only change whether a
  /// paragraph is open, and whether a <frameset> may still replace the body.
  constexpr bool is_plain() const noexcept {
    return !is_in(name_list::formatting) && !is_in(name_list::scope) && !is_in(name_list::select_end) &&
           !is_in(name_list::content) && !is_in(name_list::foreign) && !is_in(name_list::named);
  }
};

/// The first eight bytes of a name, the first one lowest; zeros follow a shorter name. No two known names share one.
constexpr std::uint64_t word_of(std::string_view name) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < name.size() && i < sizeof(word); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(name[i])} << 8 * i;
  return word;
}

/// A perfect hash of the known names' words.
struct name_table {
  static constexpr unsigned bits = 9;
  std::array<name_facts, std::size_t{1} << bits> slots{};

  static constexpr std::size_t slot_of(std::uint64_t word) noexcept {
    return word * 0xf2c66fbf667da75du >> (64 - bits);
  }
};

/// With the facts about all known names.
extern const name_table known_names;
inline constexpr name_facts unknown_name{};

/// The facts about a lower-case name of fewer than eight bytes, by its word; no lists if it is unknown.
inline const name_facts& facts_of_short(std::uint64_t word) noexcept {
  const name_facts& facts = known_names.slots[name_table::slot_of(word)];
  return facts.word == word ? facts : unknown_name;
}

/// The facts about a lower-case name; no lists if it is unknown.
const name_facts& facts_of(std::string_view name) noexcept;

}  // namespace abide::detail
