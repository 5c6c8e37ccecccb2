#pragma once
// Splits a page into tokens as browsers do (WHATWG HTML section 13.2.5). Fed in chunks of any size. Memory is constant:
// overlong names and values are cut.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/ascii.hpp"
#include "html/byte_sets.hpp"
#include "html/element_names.hpp"

namespace abide::detail {

/// A text of at most `capacity` bytes; longer ones are cut.
template <std::size_t capacity>
class cut_text {
 public:
  void clear() noexcept { size_ = 0, is_cut_ = false; }
  void add(char c) noexcept {
    if (size_ < capacity) bytes_[size_++] = c;
    else is_cut_ = true;
  }
  void add(std::string_view text) noexcept {
    const std::size_t size = std::min(text.size(), capacity - size_);
    if (size > 0) std::memcpy(bytes_.data() + size_, text.data(), size);
    size_ += size;
    is_cut_ = is_cut_ || size < text.size();
  }
  /// Adds the bytes of `text` from `at` up to one of `ends`, in lower case; returns the offset of that byte.
  std::size_t add_lower(std::string_view text, std::size_t at, const byte_set& ends) noexcept {
    std::size_t size = size_;
    for (; at < text.size() && !ends[static_cast<unsigned char>(text[at])]; ++at) {
      if (size < capacity) bytes_[size++] = ascii_text::lower(text[at]);
      else is_cut_ = true;
    }
    size_ = size;
    return at;
  }
  /// Empty if it was cut: no known name is that long.
  std::string_view name() const noexcept { return is_cut_ ? std::string_view{} : view(); }
  std::string_view view() const noexcept { return {bytes_.data(), size_}; }
  bool is_cut() const noexcept { return is_cut_; }

 private:
  std::array<char, capacity> bytes_;
  std::size_t size_ = 0;
  bool is_cut_ = false;
};

/// How the content after a start tag is tokenized.
enum class content : std::uint8_t { data, rcdata, rawtext, script, plaintext };

/// A tag. Views are valid until the sink returns; offsets are in bytes from the beginning of the page.
struct tag {
  std::string_view name;  ///< lower case; empty if it was cut: longer than any known name
  const name_facts* known = nullptr;
  std::uint64_t begin = 0, end = 0;
  bool is_self_closing = false;
};

/// Receives the tokens.
class token_sink {
 public:
  virtual ~token_sink() = default;
  /// Text that is not white space; called only while `wants_text`.
  /// `is_null`: a NUL byte, which browsers drop in the body.
  virtual void text(std::uint64_t at, bool is_null) = 0;
  virtual bool wants_attributes(const name_facts& tag) const = 0;
  /// An attribute of the start tag that is being read; the value is as written, without quotes.
  virtual void attribute(std::string_view tag, std::string_view name, std::string_view value, bool is_cut) = 0;
  virtual content start_tag(const tag&) = 0;
  /// Called at a tag while `skips_plain`, with the offset of its `<` in the chunk. Returns the offset of the `<` to go
  /// on at, or the size of the chunk.
  virtual std::size_t skip_plain(std::string_view chunk, std::size_t at) = 0;
  virtual void end_tag(const tag&) = 0;
  virtual void doctype(std::uint64_t begin, std::uint64_t end) = 0;
  /// Called at `<![CDATA[`: whether it begins a CDATA section, not a comment.
  virtual bool takes_cdata() = 0;
};

class tokenizer {
 public:
  explicit tokenizer(token_sink& sink) noexcept : sink_(&sink) {}

  bool wants_text = true;
  /// Whether the sink may skip tags.
  bool skips_plain = false;

  void feed(std::string_view chunk);
  /// Skips bytes that are not part of the page's text.
  void skip(std::size_t bytes) noexcept { fed_ += bytes; }
  /// Reads no more tokens. The sink may call it while it receives one.
  void stop() noexcept { state_ = state::plaintext; }
  std::uint64_t position() const noexcept { return fed_; }  ///< how many bytes were fed
  /// Whether everything that follows is text.
  bool is_plaintext() const noexcept { return state_ == state::plaintext; }
  /// Whether a tag, or what may become one, is being read; it begins at tag_begin().
  bool is_in_tag() const noexcept;
  /// Whether what may become the end tag of a title, a style sheet or the like is text if the page ends here.
  bool is_in_raw_text() const noexcept { return state_ >= state::raw && state_ <= state::raw_end_name; }
  /// After a `<`, which is text if the page ends here, also if a tag follows.
  bool is_after_less() const noexcept { return state_ == state::tag_open; }
  /// After `</`, which is text if the page ends here, but begins a comment if a tag follows.
  bool is_after_slash() const noexcept { return state_ == state::end_tag_open; }
  /// What ends the comment or the CDATA section that is being read, with the content that it has if the page ends here.
  /// Empty outside them. Static text.
  std::string_view comment_end() const noexcept;
  bool is_in_end_tag() const noexcept { return state_ >= state::tag_name && state_ <= state::self_closing && is_end_; }
  std::uint64_t tag_begin() const noexcept { return tag_begin_; }

 private:
  enum class state : std::uint8_t {
    data,
    raw,
    raw_less,
    raw_end_open,
    raw_end_name,
    plaintext,
    script_escape_start,
    script_escape_start_dash,
    script_escaped,
    script_escaped_dash,
    script_escaped_dash_dash,
    script_escaped_less,
    script_double_escape_start,
    script_double,
    script_double_dash,
    script_double_dash_dash,
    script_double_less,
    script_double_escape_end,
    tag_open,
    end_tag_open,
    tag_name,
    before_attribute,
    attribute_name,
    after_attribute_name,
    before_value,
    value_double,
    value_single,
    value_bare,
    self_closing,
    markup_declaration,
    bogus_comment,
    comment_start,
    comment_start_dash,
    comment,
    comment_end_dash,
    comment_end,
    comment_end_bang,
    doctype,
    cdata,
    cdata_bracket,
    cdata_end,
  };

  std::size_t step(std::string_view chunk, std::size_t at);
  std::size_t step_text(std::string_view chunk, std::size_t at);
  std::size_t step_data(std::string_view chunk, std::size_t at);
  std::size_t step_raw(std::string_view chunk, std::size_t at);
  std::size_t step_no_tag(std::string_view chunk, std::size_t at);
  std::size_t step_tag(std::string_view chunk, std::size_t at);
  std::size_t step_declaration(std::string_view chunk, std::size_t at);
  void step_script(char c, std::uint64_t place);
  void step_comment(char c);
  void step_cdata(char c);
  void open_tag(bool is_end);
  void end_name(const name_facts&);
  void end_attribute();
  void emit(std::string_view name, std::uint64_t end);
  bool is_raw_end() const noexcept { return name_.view() == raw_name_.view() && !name_.is_cut(); }

  token_sink* sink_;
  state state_ = state::data;
  content content_ = content::data;
  state raw_return_ = state::raw;  ///< the state after a `</` that closes nothing
  bool is_end_ = false, is_self_closing_ = false, reads_attributes_ = false;
  std::uint64_t fed_ = 0;  ///< how many bytes were fed before this chunk
  std::uint64_t tag_begin_ = 0;
  const name_facts* known_ = nullptr;          ///< facts about the tag's name
  std::string_view word_left_;                 ///< the rest of the expected word in markup_declaration
  static constexpr std::size_t name_max = 24;  ///< longer than any known name
  cut_text<name_max> name_, raw_name_, attribute_;
  cut_text<2048> value_;
};

}  // namespace abide::detail
