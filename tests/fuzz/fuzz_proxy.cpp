// What the proxy forwards can be read in only one way. Whatever bytes a visitor or an application sends, and however
// they are split, servers that read HTTP strictly, loosely, or wrongly in a known way see the same messages with the
// same bodies.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "input.hpp"
#include "proxy/framing.hpp"
#include "proxy/passing.hpp"
#include "proxy/pieces.hpp"

namespace {

using namespace abide::detail::proxy;

/// The first line and the body of a message.
struct message {
  std::string line, body;
  bool operator==(const message&) const = default;
};
using messages = std::vector<message>;

/// The other side's bytes, which arrive step by step.
class arriving {
 public:
  arriving(std::string_view all, std::size_t step) : all_(all), step_(step) { more(); }
  std::string_view bytes() const { return all_.substr(at_, come_ - at_); }
  void take(std::size_t count) { at_ += count; }
  void take_until(std::string_view rest) { at_ += bytes().size() - rest.size(); }
  bool more() {
    if (come_ == all_.size()) return false;
    come_ = std::min(all_.size(), come_ + step_);
    return true;
  }

 private:
  std::string_view all_;
  std::size_t step_, at_ = 0, come_ = 0;
};

/// The next header section; empty: none arrives whole. Empty lines may precede a request (RFC 9112 section 2.2).
std::string section_of(arriving& in, bool is_request) {
  section_end end;
  for (;;) {
    while (is_request && end.looked == 0 && in.bytes().starts_with("\r\n")) in.take(2);
    const auto found = end.look(in.bytes());
    if (found == section_end::found::bad) return {};
    if (found == section_end::found::whole) break;
    if (!in.more()) return {};
  }
  std::string section(in.bytes().substr(0, end.looked));
  in.take(end.looked);
  return section;
}

/// Writes the body to `out` as the proxy does. False: it is malformed, or does not end.
bool pass_body(body_size size, bool chunked, arriving& in, std::string& out) {
  body_reader reader(size);
  bool is_end = false;
  while (!is_end) {
    outgoing parts;
    std::string_view bytes = in.bytes();
    parts.gather(reader, bytes, chunked);
    if (reader.is_bad()) return false;
    in.take_until(bytes);
    is_end = reader.has_ended();
    if (!is_end && in.bytes().empty() && !in.more()) {
      if (!reader.end_of_connection()) return false;
      is_end = true;
    }
    if (is_end && chunked) parts.last_chunk();
    for (const std::string_view each : parts.parts()) out.append(each);
  }
  return true;
}

/// What the proxy sends to the application for the bytes of one visitor's connection.
struct passed {
  std::string bytes;
  std::size_t whole = 0;  ///< complete messages
  bool is_cut = false;    ///< the last message is incomplete, and the connection ends within it
  bool is_reset = false;  ///< is_cut for a response that extends to the end of the connection: a reset
};

passed pass_requests(std::string_view all, std::size_t step) {
  arriving in(all, step);
  passed made;
  for (;;) {
    const std::string section = section_of(in, true);
    request_head asked;
    body_size size;
    if (section.empty() || read_request(section, asked) > 0 || read_framing(asked, size).status > 0) return made;
    drop_doubles(asked.fields);
    const bool is_upgrade = asked.fields.first("Upgrade") == "websocket";
    const hop said = take_hop(asked.fields);
    const bool chunked = size.framing == framing::chunked;
    const bool upgrades = said.upgrade && is_upgrade && size.framing == framing::none && asked.method == "GET";
    append_head(asked, {chunked, upgrades}, made.bytes);
    if (!pass_body(size, chunked, in, made.bytes)) {
      made.is_cut = true;
      return made;
    }
    ++made.whole;
    if (said.close || asked.minor == 0 || upgrades) return made;
  }
}

/// What the visitor gets of the application's responses. Each bit of `heads`: whether the request was HEAD.
passed pass_answers(std::string_view all, std::size_t step, unsigned minor, unsigned heads) {
  arriving in(all, step);
  passed made;
  for (;; heads >>= 1) {
    response_head answer;
    std::string section;
    for (;;) {
      section = section_of(in, false);
      answer.fields.clear();
      if (section.empty() || !read_response(section, answer) || answer.status == 101) return made;
      if (answer.status >= 200) break;
      take_hop(answer);
      if (minor == 0) continue;
      append_head(answer, minor, false, staying::unsaid, made.bytes);
      ++made.whole;
    }
    body_size size;
    if (!read_framing(answer, heads & 1u, size)) return made;
    const hop said = take_hop(answer);
    const bool is_known = size.framing == framing::none || size.framing == framing::length;
    const bool chunked = !is_known && minor > 0, stays = is_known || chunked;
    append_head(answer, minor, chunked, stays ? staying::stays : staying::closes, made.bytes);
    if (!pass_body(size, chunked, in, made.bytes)) {
      made.is_cut = true;
      made.is_reset = !stays;
      return made;
    }
    ++made.whole;
    if (said.close || !stays || size.framing == framing::to_the_end) return made;
  }
}

/// How another server reads HTTP. Each member is a mistake that some server has made.
struct reading {
  bool lf_ends_lines = false;       ///< LF without CR
  bool space_before_colon = false;  ///< is not part of the name
  bool folds = false;               ///< a line that begins with a space continues the previous one
  bool length_wins = false;         ///< over Transfer-Encoding
  bool last_length = false;         ///< the last of several fields counts, not the first
  bool any_coding = false;          ///< a value that contains `chunked` is chunked
  bool underscore = false;          ///< counts as a hyphen
  bool bodies_always = false;       ///< Content-Length counts for 1xx and 204 too
};
constexpr reading readings[] = {{},
                                {.lf_ends_lines = true},
                                {.space_before_colon = true},
                                {.folds = true},
                                {.length_wins = true},
                                {.last_length = true},
                                {.any_coding = true},
                                {.underscore = true},
                                {.bodies_always = true},
                                {true, true, true, true, true, true, true, true},
                                {true, true, true, false, false, true, true, true}};

/// An application or a cache that reads what the proxy wrote.
class other_server {
 public:
  other_server(std::string_view bytes, const reading& how) : rest_(bytes), how_(how) {}

  /// Reads the next message. False: there is none.
  bool next(bool is_for_head, message& to);
  bool is_cut() const { return is_cut_; }
  std::string_view rest() const { return rest_; }

 private:
  bool line(std::string& to);
  bool take(std::size_t size, std::string& to);
  bool chunks(std::string& to);
  void field(const std::string& text, bool is_answer);

  std::string_view rest_;
  const reading& how_;
  std::optional<std::string> length_, coding_;
  bool closes_ = false, is_cut_ = false;
};

bool other_server::line(std::string& to) {
  const std::size_t at = how_.lf_ends_lines ? rest_.find('\n') : rest_.find("\r\n");
  if (at == rest_.npos) return false;
  to.assign(rest_.substr(0, at));
  if (how_.lf_ends_lines && !to.empty() && to.back() == '\r') to.pop_back();
  rest_.remove_prefix(at + (how_.lf_ends_lines ? 1 : 2));
  return true;
}

bool other_server::take(std::size_t size, std::string& to) {
  is_cut_ = rest_.size() < size;
  to.append(rest_.substr(0, size));
  rest_.remove_prefix(std::min(size, rest_.size()));
  return !is_cut_;
}

bool other_server::chunks(std::string& to) {
  for (;;) {
    std::string size;
    if (!line(size)) return is_cut_ = true, false;
    const std::size_t count = std::strtoull(size.c_str(), nullptr, 16);  // as loosely as any server
    if (count == 0) break;
    std::string end;
    if (!take(count, to) || !line(end)) return is_cut_ = true, false;
    must(end.empty(), "a chunk ends where it says");
  }
  for (std::string trailer; line(trailer);) {
    must(trailer.empty(), "no trailer is passed on");
    return true;
  }
  return is_cut_ = true, false;
}

void other_server::field(const std::string& text, bool is_answer) {
  const std::size_t colon = text.find(':');
  if (colon == text.npos) return;
  std::string name = text.substr(0, colon), value = text.substr(colon + 1);
  while (how_.space_before_colon && !name.empty() && (name.back() == ' ' || name.back() == '\t')) name.pop_back();
  for (char& c : name)
    c = c == '_' && how_.underscore && !is_answer ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  const std::size_t begin = value.find_first_not_of(" \t"), end = value.find_last_not_of(" \t");
  value = begin == value.npos ? "" : value.substr(begin, end - begin + 1);
  if (name == "content-length" && (!length_ || how_.last_length)) length_ = value;
  if (name == "transfer-encoding" && (!coding_ || how_.last_length)) coding_ = value;
  if (name == "connection" && value == "close") closes_ = true;
}

bool other_server::next(bool is_for_head, message& to) {
  to = {};
  length_ = coding_ = {};
  if (closes_ || !line(to.line)) return false;
  const bool is_answer = to.line.starts_with("HTTP/");
  std::string text, more;
  for (;;) {
    if (!line(more)) return false;
    const bool is_folded = how_.folds && !more.empty() && (more[0] == ' ' || more[0] == '\t');
    if (is_folded) {
      text += more;
      continue;
    }
    field(text, is_answer);
    if (more.empty()) break;
    text = more;
  }
  const std::string status = is_answer && to.line.size() >= 12 ? to.line.substr(9, 3) : "";
  const bool is_bare = is_answer && (status[0] == '1' || status == "204");
  if (is_answer && (is_for_head || status == "304")) return true;
  if (is_bare && !how_.bodies_always) return true;
  const bool is_chunked =
      coding_ && (how_.any_coding ? coding_->find("chunked") != coding_->npos : *coding_ == "chunked");
  if (is_chunked && !(how_.length_wins && length_)) return chunks(to.body);
  if (length_) return take(std::strtoull(length_->c_str(), nullptr, 10), to.body);
  if (is_answer && !is_bare && closes_) take(rest_.size(), to.body);
  return true;
}

/// Parts of smuggled messages. One byte picks one, so that the fuzzer need not find them letter by letter.
constexpr std::string_view snippets[] = {"GET / HTTP/1.1\r\n",
                                         "POST /a HTTP/1.1\r\n",
                                         "HEAD / HTTP/1.1\r\n",
                                         "GET / HTTP/1.0\r\n",
                                         "HTTP/1.1 200 OK\r\n",
                                         "HTTP/1.0 200 OK\r\n",
                                         "HTTP/1.1 204 No\r\n",
                                         "HTTP/1.1 304 Not\r\n",
                                         "HTTP/1.1 103 Hints\r\n",
                                         "HTTP/1.1 100 \r\n",
                                         "Host: a\r\n",
                                         "Content-Length: 3\r\n",
                                         "Content-Length: 0\r\n",
                                         "Content-Length: 03\r\n",
                                         "Content-Length: +3\r\n",
                                         "Content_Length: 3\r\n",
                                         "Content-Length : 3\r\n",
                                         "Content-Length: 3, 3\r\n",
                                         "Transfer-Encoding: chunked\r\n",
                                         "Transfer-Encoding: identity\r\n",
                                         "Transfer-Encoding: x, chunked\r\n",
                                         "Transfer_Encoding: chunked\r\n",
                                         "Transfer-Encoding:\r\n chunked\r\n",
                                         "Transfer-Encoding: Chunked\r\n",
                                         "Connection: close\r\n",
                                         "Connection: keep-alive\r\n",
                                         "Connection: Content-Length, Host\r\n",
                                         "Connection: Upgrade\r\n",
                                         "Upgrade: websocket\r\n",
                                         "X: y\nContent-Length: 3\r\n",
                                         "X: y\rContent-Length: 3\r\n",
                                         "X: y\r\n Content-Length: 3\r\n",
                                         "\tX: y\r\n",
                                         "X: \xff\r\n",
                                         "\r\n",
                                         "\n",
                                         "\r",
                                         " ",
                                         "abc",
                                         "3\r\nabc\r\n",
                                         "0\r\n\r\n",
                                         "0\r\n",
                                         "3;a=b\r\nabc\r\n",
                                         "3\nabc\r\n",
                                         "3\r\nabc\n",
                                         "003\r\nabc\r\n",
                                         "0x3\r\nabc\r\n",
                                         "10000000000000003\r\nabc\r\n",
                                         "A: b\r\n\r\n",
                                         "a\r\n3\r\nabc\r\n0\r\n\r\n\r\n"};

std::string written(std::string_view picks) {
  std::string text;
  for (const char c : picks) text.append(snippets[static_cast<unsigned char>(c) % std::size(snippets)]);
  return text;
}

/// The messages that every reading finds: the same ones, as many as the proxy forwarded.
messages read_alike(const passed& made, unsigned heads) {
  messages first;
  for (const reading& how : readings) {
    other_server other(made.bytes, how);
    messages found;
    unsigned bits = heads;
    for (message one; other.next(bits & 1u, one); found.push_back(one))
      if (!one.line.starts_with("HTTP/1.1 1")) bits >>= 1;
    if (made.is_reset && found.size() == made.whole + 1) found.pop_back();
    must(found.size() == made.whole, "as many messages as were passed on");
    must(made.is_cut || other.rest().empty(), "nothing is left between messages");
    if (&how == readings) first = found;
    must(found == first, "the same messages for everybody");
  }
  return first;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  const unsigned kind = in.byte(), heads = in.byte();
  const std::size_t step = 1 + kind / 8;
  const exact_copy bytes(kind & 4u ? written(in.rest()) : std::string(in.rest()));
  const auto found = [&](std::size_t arriving_at_once) {
    if (kind & 1u) return read_alike(pass_requests(bytes.view(), arriving_at_once), 0);
    return read_alike(pass_answers(bytes.view(), arriving_at_once, kind >> 1 & 1u, heads), heads);
  };
  must(found(step) == found(bytes.size + 1), "the same however it arrives");
  return 0;
}
