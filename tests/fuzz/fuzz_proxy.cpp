// How the proxy reads a request: where its header section and its body end must not depend on how the bytes arrive.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "proxy/framing.hpp"
#include "proxy/grammar.hpp"
#include "proxy/hop.hpp"

namespace {

using namespace abide::detail::proxy;

void require(bool holds) {
  if (!holds) std::abort();
}

section_end::found looked_at(std::string_view bytes, std::size_t step, section_end& end) {
  auto found = section_end::found::not_yet;
  for (std::size_t size = 0; size < bytes.size() && found == section_end::found::not_yet;) {
    size = std::min(bytes.size(), size + step);
    found = end.look(bytes.substr(0, size));
  }
  return found;
}

struct body {
  std::string text;
  bool has_ended = false, is_bad = false;
  std::size_t left = 0;  ///< bytes after it
  bool operator==(const body&) const = default;
};

body read_body(body_size size, std::string_view bytes, std::size_t step) {
  body_reader reader(size);
  body made;
  while (!bytes.empty() && !reader.has_ended() && !reader.is_bad()) {
    const std::size_t given = std::min(step, bytes.size());
    std::string_view some = bytes.substr(0, given);
    for (auto piece = reader.next(some); !piece.empty(); piece = reader.next(some)) made.text.append(piece);
    bytes.remove_prefix(given - some.size());
    if (some.size() == given) break;
  }
  made.has_ended = reader.has_ended();
  made.is_bad = reader.is_bad();
  made.left = made.is_bad ? 0 : bytes.size();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t step = 1 + data[0] % 16;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  section_end whole, parts;
  const auto found = looked_at(bytes, bytes.size(), whole);
  require(looked_at(bytes, step, parts) == found);
  if (found != section_end::found::whole) return 0;
  require(whole.looked == parts.looked && whole.looked <= bytes.size());

  request_head asked;
  body_size framed;
  if (read_request(bytes.substr(0, whole.looked), asked) > 0 || read_framing(asked, framed).status > 0) return 0;
  const std::string_view rest = bytes.substr(whole.looked);
  require(read_body(framed, rest, rest.size() + 1) == read_body(framed, rest, step));

  take_hop(asked.fields);  // what is passed on reads the same, without a second framing
  require(asked.fields.count("Transfer-Encoding") == 0 && asked.fields.count("Connection") == 0);
  std::string sent = std::string(asked.method) + " " + std::string(asked.target) + " HTTP/1.1\r\n";
  asked.fields.append_to(sent);
  sent += "\r\n";
  request_head again;
  require(read_request(sent, again) == 0 || asked.fields.count("Host") != 1);
  return 0;
}
