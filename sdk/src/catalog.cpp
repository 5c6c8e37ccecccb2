#include "abide/catalog.hpp"

#include <array>

#include "ascii.hpp"
#include "catalog_anywhere.hpp"
#include "catalog_data.hpp"
#include "cookie_name.hpp"
#include "words.hpp"

namespace abide {

using namespace detail;

namespace {

using data::catalog_entry;
using data::key_kind;
using data::word;

// Small enough to be returned in registers.
struct match {
  const catalog_entry* entry = nullptr;
  std::uint16_t vendor = 0;
  std::uint16_t size = 0;  // bytes of the name that matched
  std::uint8_t doubt = 0;  // percent to subtract from the entry's confidence
  bool at_host = false;
  evidence from = evidence::catalog;
  explicit operator bool() const noexcept { return entry != nullptr; }
};

// Whether an entry with the key matches the rest of the name (after the star) and the host.
bool fits(const catalog_entry& entry, std::string_view rest, std::string_view host, match& found) noexcept {
  if ((entry.flags & data::narrowed_flag) == 0) {
    found.entry = &entry;
    found.vendor = entry.vendor;
    return true;
  }
  const data::narrowing& only = data::catalog.narrowings[entry.vendor];
  const std::string_view tail = word(only.tail);
  if (!ascii::ends_with(rest, tail) || !host_matches(word(only.host), host)) return false;
  found.entry = &entry;
  found.vendor = only.vendor;
  found.at_host = only.host != 0;
  found.size = static_cast<std::uint16_t>(found.size + tail.size());
  return true;
}

match find_key(const data::hashed_table& table, key_kind kind, std::string_view key, std::string_view rest,
               std::string_view host) noexcept {
  const std::uint64_t hash = data::key_hash(key, kind);
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  const auto bucket = static_cast<std::uint32_t>(hash) & table.bucket_mask;
  match found;
  found.size = static_cast<std::uint16_t>(key.size());
  for (std::uint32_t i = table.buckets[bucket]; i < table.buckets[bucket + 1]; ++i)
    if (table.entries[i].tag == tag && fits(table.entries[i], rest, host, found)) return found;
  return {};
}

// Removes the largest of a set of sizes (bit n: size n + 1) and returns it; 0 if none is left.
std::size_t take_longest(std::uint32_t& sizes) noexcept {
  if (sizes == 0) return 0;
  const int bit = 31 - __builtin_clz(sizes);
  sizes ^= std::uint32_t{1} << bit;
  return static_cast<std::size_t>(bit) + 1;
}
std::uint32_t sizes_in(std::uint32_t sizes, std::size_t name_size) noexcept {
  return name_size >= data::key_size_max ? sizes : sizes & ((std::uint32_t{1} << name_size) - 1);
}

// The longest head wins. Tries only the sizes of heads that begin like the name.
match find_by_head(std::string_view name, std::string_view host) noexcept {
  const std::uint32_t first = data::first_four(name);
  std::uint32_t sizes = data::catalog.head_sizes[data::outer_bucket(first, data::head_bits)];
  sizes |= data::catalog.short_head_sizes[data::outer_bucket(first & 0xffffffu, data::short_head_bits)];
  sizes = sizes_in(sizes, name.size());
  while (const std::size_t size = take_longest(sizes)) {
    const std::string_view head = ascii::part(name, 0, size);
    if (const match found = find_key(data::catalog.names, key_kind::head, head, ascii::part(name, size), host))
      return found;
  }
  return {};
}

match find_by_tail(std::string_view name, std::string_view host) noexcept {
  const std::size_t n = name.size();
  if (n < 3) return {};
  std::uint32_t sizes = data::catalog.tail_sizes[data::outer_bucket(data::last_three(name), data::tail_bits)];
  sizes = sizes_in(sizes, n);
  while (const std::size_t size = take_longest(sizes))
    if (const match found = find_key(data::catalog.names, key_kind::tail, ascii::part(name, n - size), {}, host))
      return found;
  return {};
}

// Higher confidence wins over length: a vendor's head, `truste*`, says more than a common tail, `*_preferences`.
bool is_surer(const match& a, const match& b) noexcept {
  if (!a || !b) return a.entry != nullptr;
  return a.entry->confidence != b.entry->confidence ? a.entry->confidence > b.entry->confidence : a.size > b.size;
}

category purpose_of(const match& m) noexcept { return static_cast<category>(m.entry->flags & data::category_bits); }

// Iterates over the words of a name, in lower case. A word is letters and digits; it ends before another character or a
// capital after a small letter. Words longer than any known word are cut, and so match none.
class name_words {
 public:
  explicit name_words(std::string_view name) noexcept : rest_(name) {}
  bool take() noexcept {
    while (!rest_.empty() && !is_of_word(rest_.front())) rest_.remove_prefix(1);
    begin_ = size_;
    if (size_ > letters_.size() / 2) begin_ = size_ = 0;
    for (bool was_small = false; !rest_.empty() && is_of_word(rest_.front()); rest_.remove_prefix(1)) {
      const char c = rest_.front();
      if (was_small && is_capital(c)) break;
      was_small = !is_capital(c);
      if (size_ < letters_.size()) letters_[size_++] = ascii::lower(c);
    }
    return size_ > begin_;
  }
  std::string_view word() const noexcept { return {letters_.data() + begin_, size_ - begin_}; }
  /// This word and those before it, without separators: `luckyorange` for `lucky_orange`.
  std::string_view joined() const noexcept { return {letters_.data(), size_}; }

 private:
  static bool is_capital(char c) noexcept { return c >= 'A' && c <= 'Z'; }
  static bool is_of_word(char c) noexcept { return is_capital(c) || (c >= 'a' && c <= 'z') || ascii::is_digit(c); }
  std::string_view rest_;
  std::array<char, 2 * data::key_size_max> letters_{};
  std::size_t begin_ = 0, size_ = 0;
};

match find_word(std::string_view text, bool is_refusal) noexcept {
  const auto look = [is_refusal](std::string_view word) {
    const match found = find_key(data::catalog.names, key_kind::word, word, {}, {});
    return found && (purpose_of(found) == category::required) == is_refusal ? found : match{};
  };
  for (name_words words(text); words.take();) {
    if (const match found = look(words.word())) return found;
    if (const match found = look(words.joined())) return found;
  }
  return {};
}

// Whether the pattern is generic: a tail, a very short head, or one that belongs to no vendor.
bool is_common(const match& found, bool by_tail) noexcept {
  constexpr std::size_t says_little = 3;
  if (by_tail || word(found.vendor) == "First party") return true;
  const bool is_narrowed = (found.entry->flags & data::narrowed_flag) != 0;
  const std::size_t tail = is_narrowed ? word(data::catalog.narrowings[found.entry->vendor].tail).size() : 0;
  return found.size < says_little + tail;
}

// `mixpanel_session_id` ends like a site's own session cookie, but its words name the vendor. A cookie that stores a
// refusal, `mixpanel_optout`, stays required.
match whose(std::string_view name, const match& found, bool by_tail) noexcept {
  if (!found || purpose_of(found) != category::required || !is_common(found, by_tail)) return found;
  const std::string_view key = ascii::part(name, by_tail ? name.size() - found.size : 0, found.size);
  if (find_word(key, true)) return found;
  const match tracker = find_word(name, false);
  return tracker ? tracker : found;
}

match find_pattern(std::string_view name, std::string_view host) noexcept {
  const match by_head = find_by_head(name, host);
  const match by_tail = find_by_tail(name, host);
  const bool tail_is_surer = is_surer(by_tail, by_head);
  match found = whose(name, tail_is_surer ? by_tail : by_head, tail_is_surer);
  found.from = evidence::pattern;
  return found;
}

match find_exact(std::string_view name, std::string_view host) noexcept {
  return name.empty() ? match{} : find_key(data::catalog.names, key_kind::name, name, {}, host);
}

match less_sure(match found, int percent) noexcept {
  found.doubt = static_cast<std::uint8_t>(percent);
  return found;
}

// Looks up the normal form of the name: without letter case, prefixes, escapes, and the number or hash at its end.
match find_normal(std::string_view name, std::string_view host) noexcept {
  const cookie_name::normal normal(name);
  const std::string_view plain = normal.text();
  if (plain.empty()) return {};
  if (normal.differs()) {
    if (const match found = find_exact(plain, host)) return less_sure(found, 4);
    if (const match found = find_pattern(plain, host)) return less_sure(found, 4);
  }
  const std::string_view stem = normal.stem();
  if (stem.size() == plain.size()) return {};
  match found = find_exact(stem, host);
  found.from = evidence::pattern;
  return less_sure(found, 12);
}

match find_at_any_host(std::string_view name) noexcept {
  const std::uint64_t hash = data::key_hash(name, key_kind::name);
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  const auto bucket = static_cast<std::uint32_t>(hash) & data::catalog.names.bucket_mask;
  match found;
  for (std::uint32_t i = data::catalog.names.buckets[bucket]; i < data::catalog.names.buckets[bucket + 1]; ++i) {
    const catalog_entry& entry = data::catalog.names.entries[i];
    if (entry.tag != tag) continue;
    const auto purpose = static_cast<category>(entry.flags & data::category_bits);
    if (purpose == category::required) return {};
    if (found && purpose != static_cast<category>(found.entry->flags & data::category_bits)) return {};
    found.entry = &entry;
    found.vendor = data::catalog.narrowings[entry.vendor].vendor;
  }
  return less_sure(found, 25);
}

// An exact name wins over patterns, and the name as given over its normal form.
match find(std::string_view name, std::string_view host) noexcept {
  if (const match exact = find_exact(name, host)) return exact;
  if (const match pattern = find_pattern(name, host)) return pattern;
  return find_normal(name, host);
}

std::uint8_t confidence_of(const match& found) noexcept {
  const std::uint8_t confidence = found.entry->confidence;
  return confidence > found.doubt ? static_cast<std::uint8_t>(confidence - found.doubt) : std::uint8_t{1};
}

// Copies field by field: copying a whole object right after writing its bytes stalls the processor.
bool answer(const match& found, classification& out) noexcept {
  if (!found) return false;
  const std::uint8_t flags = found.entry->flags;
  out.category = static_cast<category>(flags & data::category_bits);
  out.shared = (flags & data::shared_flag) != 0;
  out.confidence = confidence_of(found);
  out.from = found.from;
  out.vendor = word(found.vendor);
  return true;
}

match find_host(std::string_view host) noexcept {
  while (!host.empty() && host.size() <= cookie_name::size_max) {
    match known = find_key(data::catalog.hosts, key_kind::host, host, {}, {});
    known.from = evidence::host;
    if (known) return known;
    const std::size_t dot = host.find('.');
    host = dot == std::string_view::npos ? std::string_view{} : ascii::part(host, dot + 1);
  }
  return {};
}

match find_name(std::string_view name, std::string_view host) noexcept {
  return name.empty() || name.size() > cookie_name::size_max ? match{} : find(name, host);
}

static_assert(sizeof(match) <= 16);

}  // namespace

std::string_view to_string(evidence e) noexcept {
  const std::size_t number = static_cast<std::size_t>(e);
  return number < words::evidence.size() ? words::evidence[number] : words::evidence.back();
}

bool look_up(std::string_view name, std::string_view host, classification& found) noexcept {
  return answer(find_name(name, host), found);
}

bool detail::look_up_anywhere(std::string_view name, classification& found) noexcept {
  return !name.empty() && name.size() <= cookie_name::size_max && answer(find_at_any_host(name), found);
}

bool look_up_host(std::string_view host, classification& found) noexcept { return answer(find_host(host), found); }

bool look_up_third_party(std::string_view name, std::string_view host, classification& found) noexcept {
  const match known = find_name(name, host);
  if (known.at_host) return answer(known, found);
  const match by_host = find_host(host);
  const bool host_is_surer = by_host && (!known || by_host.entry->confidence > confidence_of(known));
  return answer(host_is_surer ? by_host : known, found);
}

catalog_info catalog() noexcept {
  return {data::catalog.entry_count, data::catalog.host_count, data::catalog.bytes, data::catalog.checksum,
          data::catalog.version};
}

bool name_matches(std::string_view pattern, std::string_view name) noexcept {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return pattern == name;
  return name.size() + 1 >= pattern.size() && ascii::starts_with(name, ascii::part(pattern, 0, star)) &&
         ascii::ends_with(name, ascii::part(pattern, star + 1));
}

bool host_matches(std::string_view rule, std::string_view host) noexcept {
  if (rule.empty()) return true;
  if (rule.front() != '.') return ascii::same(rule, host);
  const std::string_view domain = ascii::part(rule, 1);
  if (ascii::same(domain, host)) return true;
  return host.size() > rule.size() && ascii::same(ascii::part(host, host.size() - rule.size()), rule);
}

}  // namespace abide
