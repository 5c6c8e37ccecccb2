#include "html/plain_tags.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "html/byte_marks.hpp"
#include "html/byte_sets.hpp"

namespace abide::detail {
namespace {

/// A tag's name, and the offset of the byte that ends it.
struct tag_name {
  const name_facts* known;  ///< null: the tokenizer must read it
  std::size_t end;
};

tag_name read_any_name(std::string_view chunk, std::size_t at) noexcept {
  const std::size_t end = end_of_run(chunk, at, other_than_usual);
  if (end >= chunk.size() || !name_ends[static_cast<unsigned char>(chunk[end])]) return {};
  if (!ascii_text::is_letter(chunk[at])) return {};
  return {&facts_of(chunk.substr(at, end - at)), end};
}

/// Nearly all names have fewer than eight letters, all in lower case. Letters have bit 6, which no byte that ends a
/// name has; capital letters lack bit 5.
inline tag_name read_name(std::string_view chunk, std::size_t at) noexcept {
  if (at + word_size > chunk.size()) return read_any_name(chunk, at);
  const std::uint64_t bytes = load_word(chunk.data() + at), others = ~bytes & every_byte << 6;
  if (others == 0) return read_any_name(chunk, at);
  const std::uint64_t letters = ((others & -others) >> 6) - 1, name = bytes & letters;
  const std::size_t end = at + static_cast<std::size_t>(std::countr_zero(others)) / 8;
  if (chunk[end] != '>' && !name_ends[static_cast<unsigned char>(chunk[end])]) return read_any_name(chunk, at);
  const name_facts& known = facts_of_short(name);
  if (known.word == name && name != 0) return {&known, end};
  const std::uint64_t lower = every_byte << 5;
  const bool is_unknown = ((name | ~letters) & lower) == lower && ascii_text::is_letter(chunk[at]);
  return is_unknown ? tag_name{&known, end} : tag_name{};
}

/// The offset after the tag whose name ends at `at`, or more than the size of the chunk if the tag is not whole in it:
/// the tokenizer's states from before_attribute to self_closing, without what they read.
std::size_t end_of_tag(std::string_view chunk, std::size_t at) noexcept {
  const auto is_at = [&](char c) { return at < chunk.size() && chunk[at] == c; };
  while (at < chunk.size()) {
    if (chunk[at] == '>') return at + 1;
    if (is_html_space(chunk[at]) || chunk[at] == '/') {
      ++at;
      continue;
    }
    at = end_of_run(chunk, at + 1, attribute_name_ends);  // the first byte of a name may even be a `=`
    at = end_of_run(chunk, at, other_than_spaces);
    if (!is_at('=')) continue;
    at = end_of_run(chunk, at + 1, other_than_spaces);
    if (!is_at('"') && !is_at('\'')) {
      at = end_of_run(chunk, at, bare_value_ends);
      continue;
    }
    const std::size_t value_end = chunk.find(chunk[at], at + 1);
    if (value_end == std::string_view::npos) break;
    at = value_end + 1;
  }
  return chunk.size() + 1;
}

/// Reads the plain tag at `at`. Returns the offset behind it; 0: the tokenizer must read it.
inline std::size_t skip_tag(std::string_view chunk, std::size_t at, open_elements& open) noexcept {
  const bool is_end = at + 1 < chunk.size() && chunk[at + 1] == '/';
  const tag_name name = read_name(chunk, at + (is_end ? 2 : 1));
  if (!name.known) return 0;
  const tag_effect effect = is_end ? name.known->end : name.known->start;
  if (effect == tag_effect::other) return 0;
  const std::size_t end = chunk[name.end] == '>' ? name.end + 1 : end_of_tag(chunk, name.end);
  if (end > chunk.size()) return 0;
  if (effect != tag_effect::none) is_end ? open.end(*name.known) : open.start(*name.known);
  return end;
}

std::size_t next_tag(std::string_view chunk, std::size_t at) noexcept {
  return std::min(chunk.find('<', at), chunk.size());
}

}  // namespace

// Finds every `<` of a block at once, so that the processor need not wait for the end of a tag to find the next one.
std::size_t skip_plain_tags(std::string_view chunk, std::size_t at, open_elements& open) noexcept {
  std::size_t end = at;
  while (at + block_size <= chunk.size()) {
    std::uint64_t marks = marks_in(chunk.data() + at, '<');
    const bool is_text = marks == 0;
    for (; marks != 0; marks &= marks - 1) {
      const std::size_t tag = at + static_cast<std::size_t>(std::countr_zero(marks));
      if (tag < end) continue;  // in an attribute
      end = skip_tag(chunk, tag, open);
      if (end == 0) return tag;
    }
    at = std::max(at + block_size, end);
    if (is_text) at = next_tag(chunk, at);
  }
  for (at = next_tag(chunk, std::max(at, end)); at < chunk.size(); at = next_tag(chunk, end)) {
    end = skip_tag(chunk, at, open);
    if (end == 0) break;
  }
  return at;
}

}  // namespace abide::detail
