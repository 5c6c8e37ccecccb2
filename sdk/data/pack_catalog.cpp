// Packs names and hosts by the hash of their keys (../src/catalog_data.hpp).
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "../src/catalog_data.hpp"
#include "../src/words.hpp"
#include "pack_table.hpp"

namespace {

using abide::detail::data::key_kind;

struct entry {
  std::string key, tail, host, vendor;  // tail: the part of a pattern after its star
  key_kind kind = key_kind::name;
  int category_and_shared = 0, confidence = 0;
  bool is_narrowed() const { return !tail.empty() || !host.empty(); }
  std::uint64_t hash() const { return abide::detail::data::key_hash(key, kind); }
  std::uint32_t tag() const { return static_cast<std::uint32_t>(hash() >> 32); }
};

int category_of(const table::row& r) {
  constexpr const auto& names = abide::detail::words::category;
  const auto at = std::find(names.begin(), names.end(), r.at("category"));
  if (at == names.end()) fail(r.at("#") + ": category: expected required, analytics, functional or targeting");
  return static_cast<int>(at - names.begin());
}

entry answer_of(const table::row& r) {
  entry e;
  e.vendor = r.at("vendor");
  e.confidence = number(r, "confidence", 1, 100);
  e.category_and_shared = category_of(r) + number(r, "shared", 0, 1) * abide::detail::data::shared_flag;
  return e;
}

entry to_entry(const table::row& r) {
  const std::string& name = r.at("name");
  if (name.empty() || name == "*" || name.size() > 255) fail(r.at("#") + ": name: expected 1 to 255 bytes");
  entry e = answer_of(r);
  const auto star = name.find('*');
  e.key = name.substr(0, star);
  if (star != std::string::npos) {
    e.kind = star == 0 ? key_kind::tail : key_kind::head;
    (star == 0 ? e.key : e.tail) = name.substr(star + 1);
    if (name.find('*', star + 1) != std::string::npos) fail(r.at("#") + ": name: expected at most one *");
    if (e.key.size() > abide::detail::data::key_size_max)
      fail(r.at("#") + ": name: expected at most 32 bytes before the * (behind it, where the * is first)");
  }
  if (e.kind == key_kind::tail && e.key.size() < 3) fail(r.at("#") + ": name: expected at least 3 bytes behind the *");
  e.host = r.at("host");
  return e;
}

entry host_of(const table::row& r) {
  entry e = answer_of(r);
  e.kind = key_kind::host;
  e.key = r.at("host");
  if (e.key.empty() || e.key.front() == '.') fail(r.at("#") + ": host: expected a host without a leading dot");
  return e;
}

entry word_of(const table::row& r) {
  entry e = answer_of(r);
  e.kind = key_kind::word;
  e.key = r.at("word");
  const auto is_of_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (e.key.empty() || e.key.size() > abide::detail::data::key_size_max ||
      !std::all_of(e.key.begin(), e.key.end(), is_of_word))
    fail(r.at("#") + ": word: expected 1 to 32 lower-case letters and digits");
  return e;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

// Whether a pattern already matches this key.
bool is_covered(const std::set<std::pair<key_kind, std::string>>& patterns, const std::string& key) {
  for (std::size_t size = 1; size <= key.size(); ++size)
    if (patterns.count({key_kind::head, key.substr(0, size)}) ||
        patterns.count({key_kind::tail, key.substr(key.size() - size)}))
      return true;
  return false;
}

// Lower-case forms of names and heads, to match other letter cases with lower confidence. Without short ones (`ID`,
// `Id` and `id` have little in common) and those that contradict each other or an existing entry.
std::vector<entry> folded(const std::vector<entry>& entries) {
  constexpr std::size_t shortest = 4;
  constexpr int less_sure = 6;
  std::map<std::tuple<key_kind, std::string, std::string, std::string>, std::vector<entry>> by_key;
  std::set<std::pair<key_kind, std::string>> taken, patterns;
  for (const entry& e : entries) {
    if (e.kind != key_kind::name) patterns.insert({e.kind, e.key});
    if (e.kind == key_kind::tail) continue;
    if (lower(e.key) == e.key) taken.insert({e.kind, e.key});
    if (lower(e.key) == e.key || e.key.size() < shortest) continue;
    entry f = e;
    f.key = lower(e.key);
    f.confidence = std::max(1, e.confidence - less_sure);
    by_key[{f.kind, f.key, f.host, f.tail}].push_back(f);
  }
  std::vector<entry> found;
  for (const auto& [key, same] : by_key) {
    const int first = same[0].category_and_shared;
    const bool agree =
        std::all_of(same.begin(), same.end(), [first](const entry& e) { return e.category_and_shared == first; });
    if (agree && !taken.count({std::get<0>(key), std::get<1>(key)}) && !is_covered(patterns, std::get<1>(key)))
      found.push_back(same[0]);
  }
  return found;
}

// Entries of one key: the longest host first, then the longest tail.
bool before(const entry& a, const entry& b) {
  if (a.kind != b.kind) return a.kind < b.kind;
  if (a.key != b.key) return a.key < b.key;
  if (a.host.size() != b.host.size()) return a.host.size() > b.host.size();
  if (a.tail.size() != b.tail.size()) return a.tail.size() > b.tail.size();
  return std::tie(a.host, a.tail) < std::tie(b.host, b.tail);
}

class words {
 public:
  std::size_t add(const std::string& text) {
    if (text.empty()) return 0;
    if (text.size() > 255) fail("catalog: expected words of at most 255 bytes, found " + text);
    const auto [at, is_new] = at_.try_emplace(text, bytes.size());
    if (is_new) bytes += static_cast<char>(text.size()) + text;
    if (at->second > 65535) fail("catalog: expected at most 64 KB of words");
    return at->second;
  }
  std::string bytes = std::string(1, '\0');

 private:
  std::map<std::string, std::size_t> at_;
};

// Entries in the order of their hash buckets.
class hashed {
 public:
  explicit hashed(std::vector<entry> all) : entries(std::move(all)) {
    if (entries.size() > 65535) fail("catalog: too many entries");
    std::sort(entries.begin(), entries.end(), before);
    std::map<std::uint64_t, const entry*> keys;
    for (const entry& e : entries) {
      if (&e != &entries[0] && !before((&e)[-1], e)) fail("catalog: duplicate entry: " + e.key + " " + e.host);
      const auto [at, is_new] = keys.try_emplace(e.hash(), &e);
      if (!is_new && (at->second->key != e.key || at->second->kind != e.kind))
        fail("catalog: two keys have the same hash");
    }
    while (buckets * 2 < entries.size()) buckets *= 2;
    const auto bucket = [mask = buckets - 1](const entry& e) { return e.hash() & mask; };
    std::stable_sort(entries.begin(), entries.end(),
                     [&](const entry& a, const entry& b) { return bucket(a) < bucket(b); });
    starts.resize(buckets + 1);
    for (const entry& e : entries) ++starts[bucket(e) + 1];
    for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  }

  std::size_t bytes() const { return entries.size() * sizeof(abide::detail::data::catalog_entry) + starts.size() * 2; }
  void print(std::ostream& out, const std::string& name, words& list, std::vector<std::string>& narrowings) const;

  std::vector<entry> entries;
  std::vector<std::size_t> starts;
  std::size_t buckets = 64;
};

void hashed::print(std::ostream& out, const std::string& name, words& list,
                   std::vector<std::string>& narrowings) const {
  out << "constexpr catalog_entry " << name << "_entries[]{\n";
  for (const entry& e : entries) {
    std::size_t vendor = list.add(e.vendor);
    if (e.is_narrowed()) {
      narrowings.push_back("{" + std::to_string(vendor) + "," + std::to_string(list.add(e.host)) + "," +
                           std::to_string(list.add(e.tail)) + "}");
      vendor = narrowings.size() - 1;
    }
    const int flags = e.category_and_shared + (e.is_narrowed() ? abide::detail::data::narrowed_flag : 0);
    out << "  {" << e.tag() << "u," << vendor << ',' << flags << ',' << e.confidence << "},\n";
  }
  out << "};\n";
  print_array(out, "std::uint16_t", name + "_buckets", starts);
}

// Sets of key sizes by the first or last bytes of the keys.
class sizes {
 public:
  explicit sizes(unsigned bits) : bits_(bits), of_(std::size_t{1} << bits) {}
  void add(std::uint32_t outer, std::size_t size) {
    of_[abide::detail::data::outer_bucket(outer, bits_)] |= std::uint32_t{1} << (size - 1);
  }
  std::vector<std::string> printed() const {
    std::vector<std::string> all;
    for (const std::uint32_t each : of_) all.push_back(std::to_string(each) + "u");
    return all;
  }

 private:
  unsigned bits_;
  std::vector<std::uint32_t> of_;
};

// Any byte may follow a head of fewer than three bytes, so it is added for every combination.
void add_short_head(sizes& list, const std::string& head) {
  const std::uint32_t first = abide::detail::data::first_four(head);
  const unsigned known = 8 * static_cast<unsigned>(head.size());
  for (std::uint32_t more = 0; more < (std::uint32_t{1} << (24 - known)); ++more)
    list.add(first | more << known, head.size());
}

void print_sizes(std::ostream& out, const std::vector<entry>& entries) {
  sizes heads(abide::detail::data::head_bits), short_heads(abide::detail::data::short_head_bits),
      tails(abide::detail::data::tail_bits);
  for (const entry& e : entries) {
    if (e.kind == key_kind::tail) tails.add(abide::detail::data::last_three(e.key), e.key.size());
    if (e.kind != key_kind::head) continue;
    if (e.key.size() < 4) add_short_head(short_heads, e.key);
    else heads.add(abide::detail::data::first_four(e.key), e.key.size());
  }
  print_array(out, "std::uint32_t", "head_sizes", heads.printed());
  print_array(out, "std::uint8_t", "short_head_sizes", short_heads.printed());
  print_array(out, "std::uint32_t", "tail_sizes", tails.printed());
}

// Octal escapes, so that a following digit is not read as part of the escape. The literal is split because compilers
// limit its length; adjacent literals join.
void print_text(std::ostream& out, const std::string& text) {
  out << "constexpr char text[] =";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at % 80 == 0) out << (at == 0 ? "\n  \"" : "\"\n  \"");
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 32 || c >= 127 || c == '"' || c == '\\' || c == '?') {
      out << '\\' << static_cast<char>('0' + c / 64) << static_cast<char>('0' + c / 8 % 8)
          << static_cast<char>('0' + c % 8);
    } else {
      out << text[at];
    }
  }
  out << "\";\n";
}

// Prints the shapes with a host first, otherwise in the order of the file. Returns the number of those with a host.
std::size_t print_shapes(std::ostream& out, std::vector<table::row> rows, words& list) {
  const auto general =
      std::stable_partition(rows.begin(), rows.end(), [](const auto& r) { return !r.at("host").empty(); });
  out << "constexpr shape shapes[]{\n";
  for (const auto& r : rows) {
    const std::string& piece = r.at("piece");
    if (piece.empty() || std::string("/?&=").find(piece[0]) == std::string::npos)
      fail(r.at("#") + ": piece: expected to begin with / ? & or =");
    const entry e = answer_of(r);
    out << "  {" << list.add(r.at("host")) << ',' << list.add(piece) << ',' << list.add(e.vendor) << ','
        << e.category_and_shared << ',' << e.confidence << "},\n";
  }
  out << "};\n";
  return static_cast<std::size_t>(general - rows.begin());
}

}  // namespace

void pack_catalog(const table& names, const table& hosts, const table& requests, const table& within,
                  std::ostream& out) {
  std::vector<entry> all, all_hosts;
  for (const auto& r : names.rows) all.push_back(to_entry(r));
  for (const auto& r : hosts.rows) all_hosts.push_back(host_of(r));
  for (entry& e : folded(all)) all.push_back(std::move(e));
  for (const auto& r : within.rows) all.push_back(word_of(r));
  const hashed by_name(std::move(all)), by_host(std::move(all_hosts));

  words list;
  std::vector<std::string> narrowings;
  out << "#include \"catalog_data.hpp\"\n\nnamespace abide::detail::data {\nnamespace {\n";
  by_name.print(out, "name", list, narrowings);
  by_host.print(out, "host", list, narrowings);
  print_array(out, "narrowing", "narrowings", narrowings);
  const std::size_t shapes_with_host = print_shapes(out, requests.rows, list);
  print_text(out, list.bytes);
  print_sizes(out, by_name.entries);
  const std::size_t bytes = by_name.bytes() + by_host.bytes() + list.bytes.size() +
                            narrowings.size() * sizeof(abide::detail::data::narrowing) +
                            requests.rows.size() * sizeof(abide::detail::data::shape) +
                            (4u << abide::detail::data::head_bits) + (1u << abide::detail::data::short_head_bits) +
                            (4u << abide::detail::data::tail_bits);
  out << "}  // namespace\n\nconst catalog_table catalog{text, narrowings, {name_entries, name_buckets, "
      << by_name.buckets - 1 << "}, {host_entries, host_buckets, " << by_host.buckets - 1
      << "}, head_sizes, short_head_sizes, tail_sizes, shapes, " << requests.rows.size() << ", " << shapes_with_host
      << ", " << names.rows.size() << ", " << hosts.rows.size() << ", " << bytes << ", "
      << ((names.checksum() * 31u ^ within.checksum()) * 961u ^ hosts.checksum() * 31u ^ requests.checksum()) << "u, "
      << quoted(names.version()) << "};\n\n}  // namespace abide::detail::data\n";
}
