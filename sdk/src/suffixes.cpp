#include "suffixes.hpp"

#include "ascii.hpp"
#include "catalog_hash.hpp"

namespace abide::detail {
namespace {

std::uint32_t rules_of(std::string_view name) noexcept {
  const std::uint64_t hash = data::hash_of(name, 0);
  const std::size_t bucket = data::suffix_bucket(hash);
  for (std::size_t i = data::suffixes.buckets[bucket]; i < data::suffixes.buckets[bucket + 1]; ++i) {
    const std::uint8_t* at = data::suffixes.entries + i * data::suffix_entry_size;
    const std::uint32_t entry =
        at[0] | static_cast<std::uint32_t>(at[1]) << 8 | static_cast<std::uint32_t>(at[2]) << 16;
    if ((entry & ~data::suffix_flags) == data::suffix_tag(hash)) return entry & data::suffix_flags;
  }
  return 0;
}

/// Whether the host is an address or no valid name: a name has at most 253 bytes (RFC 1035 section 2.3.4).
bool is_no_name(std::string_view host) noexcept {
  return host.empty() || host.size() > 253 || ascii::is_digit(host.back()) || host.back() == '.' ||
         host.find(':') != std::string_view::npos;
}

/// Where the label that ends before `end` begins.
std::size_t label_before(std::string_view host, std::size_t end) noexcept {
  const std::size_t dot = ascii::part(host, 0, end).rfind('.');
  return dot == std::string_view::npos ? 0 : dot + 1;
}

}  // namespace

// The longest matching rule wins, an exception over all others. If no rule matches, the public suffix is the last
// label.
std::string_view registrable_domain(std::string_view host) noexcept {
  if (is_no_name(host)) return {};
  std::size_t suffix = label_before(host, host.size());  // where the public suffix begins
  std::size_t at = suffix;
  std::uint32_t above = rules_of(ascii::part(host, at));
  while (at > 0) {
    const std::size_t next = label_before(host, at - 1);
    const std::uint32_t rules = rules_of(ascii::part(host, next));
    if (rules & data::suffix_exception) return ascii::part(host, next);
    if (rules & data::suffix_rule || above & data::suffix_children) suffix = next;
    at = next;
    above = rules;
  }
  if (suffix < 2) return {};  // the host is itself a public suffix
  const std::size_t domain = label_before(host, suffix - 1);
  return domain == suffix - 1 ? std::string_view{} : ascii::part(host, domain);
}

}  // namespace abide::detail
