#include "proxy/framing.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace abide::detail::proxy {
namespace {

constexpr unsigned most_trailer_bytes = 8192, most_extension_bytes = 4096;

bool is_chunked(std::string_view encoding) noexcept { return ascii_text::same(encoding, "chunked"); }

int hex(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const char l = ascii_text::lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

}  // namespace

framing_fault read_framing(const request_head& head, body_size& size) noexcept {
  const std::size_t encodings = head.fields.count("Transfer-Encoding"), lengths = head.fields.count("Content-Length");
  if (encodings > 0) {
    if (encodings > 1 || lengths > 0 || head.minor == 0) return {400};
    if (!is_chunked(head.fields.first("Transfer-Encoding"))) return {501};
    size.framing = framing::chunked;
    return {};
  }
  if (lengths == 0) return {};
  const auto length = read_number(head.fields.first("Content-Length"));
  if (lengths > 1 || !length) return {400};
  size = {*length > 0 ? framing::length : framing::none, *length};
  return {};
}

bool read_framing(const response_head& head, bool is_for_head, body_size& size) noexcept {
  const std::size_t encodings = head.fields.count("Transfer-Encoding"), lengths = head.fields.count("Content-Length");
  const auto length = read_number(head.fields.first("Content-Length"));
  if (lengths > 1 || (lengths == 1 && !length) || (encodings > 0 && lengths > 0) || encodings > 1) return false;
  if (encodings == 1 && (!is_chunked(head.fields.first("Transfer-Encoding")) || head.minor == 0)) return false;
  if (is_for_head || head.status < 200 || head.status == 204 || head.status == 304) {
    size.may_be_followed = is_for_head || encodings > 0 || length.value_or(0) > 0;
    return true;
  }
  if (encodings == 1) size = {framing::chunked, 0, true};
  else if (lengths == 1) size = {*length > 0 ? framing::length : framing::none, *length};
  else size.framing = framing::to_the_end;
  return true;
}

body_reader::body_reader(body_size size) noexcept : framing_(size.framing), takes_extensions_(size.takes_extensions) {
  if (framing_ == framing::length || framing_ == framing::to_the_end) state_ = state::data;
  if (framing_ == framing::chunked) state_ = state::size;
  left_ = framing_ == framing::to_the_end ? UINT64_MAX : size.length;
}

std::string_view body_reader::next(std::string_view& bytes) noexcept {
  while (!bytes.empty() && state_ < state::ended) {
    if (state_ != state::data) {
      take_mark(bytes.front());
      if (state_ != state::bad) bytes.remove_prefix(1);
      continue;
    }
    const std::string_view piece =
        bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
    bytes.remove_prefix(piece.size());
    taken_ += piece.size();
    if (framing_ != framing::to_the_end) left_ -= piece.size();
    if (left_ == 0) state_ = framing_ == framing::chunked ? state::data_cr : state::ended;
    return piece;
  }
  return {};
}

bool body_reader::end_of_connection() noexcept {
  if (framing_ == framing::to_the_end && state_ == state::data) state_ = state::ended;
  return has_ended();
}

void body_reader::take_mark(char c) noexcept {
  switch (state_) {
    case state::size: return take_size(c);
    case state::extension: return take_extension(c);
    case state::size_cr:
      state_ = c != '\n' ? state::bad : left_ > 0 ? state::data : state::trailer;
      digits_ = 0;
      return;
    case state::data_cr: state_ = c == '\r' ? state::data_lf : state::bad; return;
    case state::data_lf: state_ = c == '\n' ? state::size : state::bad; return;
    default: return take_trailer(c);
  }
}

/// Hexadecimal digits and CRLF. In requests nothing may stand between them: only request smuggling uses that. Some
/// applications pad the sizes in their responses.
void body_reader::take_size(char c) noexcept {
  if (c == '\r' && digits_ > 0) {
    state_ = state::size_cr;
    return;
  }
  if (takes_extensions_ && digits_ > 0 && (ascii_text::is_space(c) || c == ';')) {
    state_ = state::extension;
    is_in_extension_ = c == ';';
    digits_ = 0;
    return;
  }
  const int digit = hex(c);
  if (digit < 0 || ++digits_ > 15) {
    state_ = state::bad;
    return;
  }
  left_ = (digits_ == 1 ? 0 : left_ << 4) + static_cast<unsigned>(digit);
}

void body_reader::take_extension(char c) noexcept {
  if (c == '\r') {
    state_ = state::size_cr;
    return;
  }
  is_in_extension_ |= c == ';';
  const bool may_stand_here = ascii_text::is_space(c) || (is_in_extension_ && c != '\n' && c != '\0');
  if (!may_stand_here || ++digits_ > most_extension_bytes) state_ = state::bad;
}

/// Reads trailers and discards them: none is forwarded.
void body_reader::take_trailer(char c) noexcept {
  if (++trailer_bytes_ > most_trailer_bytes || c == '\0') {
    state_ = state::bad;
  } else if (state_ == state::trailer_lf) {
    state_ = c != '\n' ? state::bad : line_bytes_ == 0 ? state::ended : state::trailer;
    line_bytes_ = 0;
  } else if (c == '\r') {
    state_ = state::trailer_lf;
  } else if (c == '\n') {
    state_ = state::bad;
  } else {
    ++line_bytes_;
  }
}

}  // namespace abide::detail::proxy
