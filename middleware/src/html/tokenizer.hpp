#pragma once
// The tokens of a page as browsers cut it (WHATWG HTML section 13.2.5), fed in chunks of any size. Memory is flat: what
// a page makes longer than it needs to be is cut.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace abide::detail {

/// A text of at most `capacity` bytes; what is longer is cut.
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
  /// Empty where it was cut: no name that anybody looks for is so long.
  std::string_view name() const noexcept { return is_cut_ ? std::string_view{} : view(); }
  std::string_view view() const noexcept { return {bytes_.data(), size_}; }
  bool is_cut() const noexcept { return is_cut_; }

 private:
  std::array<char, capacity> bytes_;
  std::size_t size_ = 0;
  bool is_cut_ = false;
};

/// What a start tag opens, as far as the tokenizer goes on differently after it.
enum class content : std::uint8_t { data, rcdata, rawtext, script, plaintext };

/// A tag; views live until the sink returns. Offsets count from the page's first byte.
struct tag {
  std::string_view name;  ///< lower case; empty: longer than any that matters
  std::uint64_t begin = 0, end = 0;
  bool is_self_closing = false;
};

/// What the tokens are told to.
class token_sink {
 public:
  virtual ~token_sink() = default;
  /// What is no white space; told only while `wants_text`.
  virtual void text(std::uint64_t at) = 0;
  virtual bool wants_attributes(std::string_view tag) = 0;
  /// An attribute of the start tag that is being read; its value is as written, without the quotes.
  virtual void attribute(std::string_view tag, std::string_view name, std::string_view value, bool is_cut) = 0;
  virtual content start_tag(const tag&) = 0;
  virtual void end_tag(const tag&) = 0;
  virtual void doctype(std::uint64_t begin, std::uint64_t end) = 0;
  virtual bool is_foreign() const = 0;  ///< inside svg or math, where CDATA sections are text
};

class tokenizer {
 public:
  explicit tokenizer(token_sink& sink) noexcept : sink_(&sink) {}

  bool wants_text = true;

  void feed(std::string_view chunk);
  /// Goes over bytes that are none of the page's text.
  void skip(std::size_t bytes) noexcept { position_ += bytes; }
  std::uint64_t position() const noexcept { return position_; }  ///< how many bytes were fed
  /// Whether what follows the bytes fed so far would be read as markup, not as the inside of a tag, a comment or a
  /// script.
  bool is_between_tags() const noexcept { return state_ == state::data; }
  /// Whether a tag is being read, or what may become one; it begins at tag_begin().
  bool is_in_tag() const noexcept;
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
    after_value,
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
  std::size_t step_data(std::string_view chunk, std::size_t at);
  std::size_t step_name(std::string_view chunk, std::size_t at);
  void step_raw(char c);
  void step_script(char c);
  void step_tag(char c);
  void step_comment(char c);
  void step_declaration(char c);
  void open_tag(char c, bool is_end);
  void end_attribute();
  void emit();
  bool is_raw_end() const noexcept { return name_.view() == raw_name_.view() && !name_.is_cut(); }

  token_sink* sink_;
  state state_ = state::data;
  content content_ = content::data;
  state raw_return_ = state::raw;  ///< where a `</` that ends nothing goes on
  bool is_end_ = false, is_self_closing_ = false, reads_attributes_ = false;
  std::uint64_t position_ = 0;  ///< of the byte that is read
  std::uint64_t tag_begin_ = 0;
  cut_text<24> name_, raw_name_, attribute_;
  cut_text<2048> value_;
};

}  // namespace abide::detail
