#include "abide/request.hpp"

#include <array>

#include "ascii.hpp"
#include "catalog_data.hpp"
#include "suffixes.hpp"
#include "words.hpp"

namespace abide {

using namespace detail;

namespace {

using data::word;

constexpr std::size_t host_size_max = 255;

struct location {
  std::array<char, host_size_max> host_bytes;
  std::size_t host_size = 0;
  std::string_view path;  // including the query
  std::string_view host() const noexcept { return {host_bytes.data(), host_size}; }
};

constexpr std::string_view slashes = "/\\";  // browsers accept both

bool begins_with_two_slashes(std::string_view text) noexcept {
  return text.size() >= 2 && slashes.find(text[0]) != std::string_view::npos &&
         slashes.find(text[1]) != std::string_view::npos;
}

std::string_view without_scheme(std::string_view url) noexcept {
  if (begins_with_two_slashes(url)) return ascii::part(url, 2);
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos || colon >= 12 || url.find_first_of(slashes) != colon + 1) return {};
  return begins_with_two_slashes(ascii::part(url, colon + 1)) ? ascii::part(url, colon + 3) : std::string_view{};
}

// Reads the host (lower case, without user and port) and the path. A host that is too long stays empty, so unknown.
void read(std::string_view url, location& where) noexcept {
  const std::string_view rest = without_scheme(url);
  if (rest.empty()) {
    where.path = url;
    return;
  }
  const std::size_t end = rest.find_first_of("/\\?#");
  where.path = ascii::part(rest, end == std::string_view::npos ? rest.size() : end);
  std::string_view host = ascii::part(rest, 0, end);
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host = ascii::part(host, at + 1);
  if (host.empty() || host.front() != '[') host = ascii::part(host, 0, host.find(':'));
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  if (host.size() > host_size_max) return;
  for (const char c : host) where.host_bytes[where.host_size++] = ascii::lower(c);
}

bool is_below(std::string_view host, std::string_view domain) noexcept {
  if (!ascii::ends_with(host, domain)) return false;
  return host.size() == domain.size() || host[host.size() - domain.size() - 1] == '.';
}

// Finds the first shape that matches; those with a host come first. Shapes of low confidence do not apply to the site's
// own requests: /track may track an order.
bool find_shape(const location& where, bool with_host, bool third_party, classification& found) noexcept {
  constexpr std::uint8_t vague = 70;
  const data::catalog_table& table = data::catalog;
  const std::size_t from = with_host ? 0 : table.shapes_with_host;
  const std::size_t to = with_host ? table.shapes_with_host : table.shape_count;
  for (std::size_t i = from; i < to; ++i) {
    const data::shape& shape = table.shapes[i];
    if (with_host && !is_below(where.host(), word(shape.host))) continue;
    if (!third_party && shape.confidence < vague) continue;
    if (where.path.find(word(shape.piece)) == std::string_view::npos) continue;
    found.category = static_cast<category>(shape.flags & data::category_bits);
    found.shared = (shape.flags & data::shared_flag) != 0;
    found.confidence = shape.confidence;
    found.from = evidence::pattern;
    found.vendor = word(shape.vendor);
    return true;
  }
  return false;
}

bool is_third_party(const location& where, std::string_view site) noexcept {
  if (where.host_size == 0) return false;
  return site.empty() || !is_same_site(where.host(), site);
}

unsigned strictness(const cookie_rule& rule) noexcept {
  return static_cast<unsigned>(rule.category) * 2 + (rule.shared ? 1 : 0);
}

// The strictest cookie that the site declares for a host decides. A rule that also matches the page's own host says
// nothing about other hosts.
bool find_declared(const policy& p, std::string_view host, std::string_view site, classification& found) noexcept {
  const cookie_rule* strictest = nullptr;
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const cookie_rule& rule = p.cookies[i];
    if (rule.host.empty() || !host_matches(rule.host, host) || host_matches(rule.host, site)) continue;
    if (!strictest || strictness(rule) > strictness(*strictest)) strictest = &rule;
  }
  if (!strictest) return false;
  found.category = strictest->category;
  found.shared = strictest->shared;
  found.confidence = 100;
  found.from = evidence::policy;
  found.vendor = strictest->vendor;
  return true;
}

void set_unknown(const policy& p, const request_facts& facts, bool third_party, classification& found) noexcept {
  const bool embeds =
      facts.type == request_type::style || facts.type == request_type::font || facts.type == request_type::media;
  const bool strict = p.unknown == unknown_policy::targeting || !embeds;
  found.category = !third_party ? category::required : strict ? category::targeting : category::functional;
  found.shared = third_party;
  found.confidence = third_party ? 40 : 70;
  found.from = evidence::rule;
}

}  // namespace

bool is_same_site(std::string_view host, std::string_view other) noexcept {
  if (host == other) return !host.empty();  // the usual case, without the list
  const std::string_view domain = registrable_domain(host);
  return !domain.empty() && domain == registrable_domain(other);
}

request_type parse_request_type(std::string_view name) noexcept {
  for (std::size_t number = 0; number < words::request_type.size(); ++number)
    if (ascii::same(words::request_type[number], name)) return static_cast<request_type>(number);
  for (const words::spelling& each : words::request_type_also)
    if (ascii::same(each.text, name)) return static_cast<request_type>(each.number);
  return request_type::other;
}

classification classify_request(const policy& p, const request_facts& facts) noexcept {
  location where;
  read(facts.url, where);
  const bool third_party = is_third_party(where, facts.site);
  classification found;
  if (find_declared(p, where.host(), facts.site, found)) return found;
  if (third_party && find_shape(where, true, true, found)) return found;
  if (third_party && look_up_host(where.host(), found)) return found;
  if (find_shape(where, false, third_party, found)) return found;
  set_unknown(p, facts, third_party, found);
  return found;
}

}  // namespace abide
