#include "place/forwarded.hpp"

#include <array>
#include <cstdint>
#include <iterator>
#include <utility>

#include "base/ascii.hpp"
#include "policy/address_range.hpp"

namespace abide::detail {
namespace {

using ascii_text::take_until, ascii_text::trimmed;

/// The last 16 members of a list; no chain of trusted proxies is longer.
class last_members {
 public:
  void add(std::string_view member) noexcept { members_[count_++ % size] = member; }
  std::size_t count() const noexcept { return count_ < size ? count_ : size; }
  bool empty() const noexcept { return count_ == 0; }
  /// From the right: 0 is the last one.
  std::string_view at(std::size_t i) const noexcept { return members_[(count_ - 1 - i) % size]; }

 private:
  static constexpr std::size_t size = 16;
  std::array<std::string_view, size> members_;
  std::size_t count_ = 0;
};

/// edge: the scheme that visitors use with a CDN. Proxies behind it state theirs in X-Forwarded-Proto.
enum class kind : std::uint8_t { forwarded, client, edge, proto, https, host, port, prefix };
constexpr std::size_t kinds = 8;

struct known_field {
  std::string_view name;
  kind says;
};
constexpr known_field known_fields[]{
    {"X-Forwarded-For", kind::client},   {"X-Forwarded-Proto", kind::proto}, {"X-Forwarded-Protocol", kind::proto},
    {"X-Forwarded-Scheme", kind::proto}, {"X-Forwarded-Ssl", kind::https},   {"Front-End-Https", kind::https},
    {"X-Forwarded-Host", kind::host},    {"X-Forwarded-Port", kind::port},   {"X-Forwarded-Prefix", kind::prefix},
    {"Fastly-SSL", kind::edge},          {cloudfront_proto, kind::edge},     {"Forwarded", kind::forwarded},
};

std::uint16_t bit_of(const known_field& field) noexcept {
  return static_cast<std::uint16_t>(1u << static_cast<unsigned>(&field - known_fields));
}

const known_field& forwarded_itself = *(std::end(known_fields) - 1);

const known_field* find(std::string_view name) noexcept {
  constexpr std::string_view first_letters = "xfc";
  if (name.empty() || first_letters.find(ascii_text::lower(name.front())) == first_letters.npos) return nullptr;
  for (const known_field& each : known_fields)
    if (ascii_text::same(name, each.name)) return &each;
  return nullptr;
}

/// Returns the text before the first `mark` outside a quoted-string (RFC 9110 section 5.6.4), and removes both.
std::string_view take_member(std::string_view& text, char mark) noexcept {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
    else if (!quoted && text[i] == mark) {
      const std::string_view member = text.substr(0, i);
      text.remove_prefix(i + 1);
      return member;
    }
  }
  return std::exchange(text, {});
}

// Leaves a quoted-pair unchanged: no address, host or scheme needs one.
std::string_view unquoted(std::string_view value) noexcept {
  const bool quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return quoted ? value.substr(1, value.size() - 2) : value;
}

// forwarded-element = pair *( ";" pair ), pair = token "=" ( token / quoted-string )
std::string_view parameter(std::string_view element, std::string_view name) noexcept {
  while (!element.empty()) {
    std::string_view pair = take_member(element, ';');
    if (ascii_text::same(trimmed(take_until(pair, '=')), name)) return unquoted(trimmed(pair));
  }
  return {};
}

// node = ( IPv4 / "[" IPv6 "]" / IPv6 / "unknown" / obfuscated ) [ ":" port ]; empty unless it names an address
std::string_view address_of(std::string_view node) noexcept {
  if (is_address(node)) return node;
  if (!node.empty() && node.front() == '[') {
    const std::size_t end = node.find(']');
    if (end == std::string_view::npos) return {};
    node = node.substr(1, end - 1);
    node = node.substr(0, node.find('%'));  // a zone is only meaningful on the proxy
  } else {
    node = node.substr(0, node.find(':'));
  }
  return is_address(node) ? node : std::string_view{};
}

bool is_same_address(std::string_view a, std::string_view b) noexcept {
  return read_address_bytes(a) == read_address_bytes(b);
}

/// The chain of trusted proxies: the client of the first one, and how many members of the list it covers.
struct chain {
  std::string_view client;
  std::size_t depth = 0;
};

template <class Node>
chain walk(const last_members& list, std::string_view peer, const trusted_proxies& proxies, Node node) {
  chain found{peer, 0};
  while (found.depth < list.count() && proxies.trust(found.client))
    found.client = address_of(node(list.at(found.depth++)));
  return found;
}

/// The value from the first trusted proxy; if the list has another length, its first member.
std::string_view pick(const last_members& list, std::size_t depth) noexcept {
  if (list.empty()) return {};
  return list.at(depth > 0 && depth <= list.count() ? depth - 1 : list.count() - 1);
}

class lists {
 public:
  explicit lists(const header_section& request) {
    request.each(
        [](void* context, std::string_view name, std::string_view value) {
          if (const known_field* field = find(name)) static_cast<lists*>(context)->add(*field, value);
        },
        this);
  }

  const last_members& of(kind what) const noexcept { return all_[static_cast<std::size_t>(what)]; }
  std::uint16_t named_by() const noexcept { return named_by_; }

 private:
  void add(const known_field& field, std::string_view list) {
    const kind what = field.says;
    if (what != kind::client && what != kind::forwarded) named_by_ |= bit_of(field);
    while (!list.empty()) {
      const std::string_view member = what == kind::forwarded ? take_member(list, ',') : take_until(list, ',');
      if (!trimmed(member).empty()) all_[static_cast<std::size_t>(what)].add(trimmed(member));
    }
  }

  std::array<last_members, kinds> all_;
  std::uint16_t named_by_ = 0;
};

// The proxies of a chain may state different schemes; the first is the visitor's. A visitor who forges it only damages
// their own cookie.
std::string_view proto_of(const lists& said) noexcept {
  if (const last_members& list = said.of(kind::edge); !list.empty()) {
    const std::string_view first = list.at(list.count() - 1);  // CloudFront writes the scheme, Fastly 1
    return ascii_text::same(first, "https") || first == "1" ? "https" : "http";
  }
  if (const last_members& list = said.of(kind::proto); !list.empty()) return list.at(list.count() - 1);
  const last_members& https = said.of(kind::https);
  return !https.empty() && ascii_text::same(https.at(https.count() - 1), "on") ? "https" : std::string_view{};
}

void read_elements(const last_members& elements, std::size_t depth, forwarded& into) noexcept {
  const std::string_view host = parameter(pick(elements, depth), "host"),
                         proto = parameter(elements.at(elements.count() - 1), "proto");
  if (!host.empty() || !proto.empty()) into.named_by |= bit_of(forwarded_itself);
  if (into.host.empty()) into.host = host;
  if (into.proto.empty()) into.proto = proto;
}

}  // namespace

std::string_view forwarded_field_name(unsigned bit) noexcept {
  return bit < std::size(known_fields) ? known_fields[bit].name : std::string_view{};
}

bool is_forwarded_field(std::string_view name) noexcept { return find(name) != nullptr; }

forwarded read_forwarded(const header_section& request, std::string_view peer, const trusted_proxies& proxies) {
  const lists said(request);
  const last_members& elements = said.of(kind::forwarded);
  const chain by_list = walk(said.of(kind::client), peer, proxies, [](std::string_view member) { return member; });
  const chain by_element =
      walk(elements, peer, proxies, [](std::string_view element) { return parameter(element, "for"); });
  const bool both = by_list.depth > 0 && by_element.depth > 0;
  const bool agree = !both || is_same_address(by_list.client, by_element.client);
  forwarded read;
  if (agree) read.client = by_list.depth > 0 ? by_list.client : by_element.client;
  read.named_by = said.named_by();
  read.proto = proto_of(said);
  read.host = pick(said.of(kind::host), by_list.depth);
  read.port = pick(said.of(kind::port), by_list.depth);
  read.prefix = pick(said.of(kind::prefix), by_list.depth);
  if (!elements.empty()) read_elements(elements, by_element.depth, read);
  return read;
}

}  // namespace abide::detail
