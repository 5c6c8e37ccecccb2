// Turns the readable tables of this folder into C++ source with compact sorted arrays.
//   pack catalog       catalog.tsv                       catalog_data.cpp
//   pack jurisdictions jurisdictions.tsv places.tsv      jurisdiction_data.cpp
// Runs on the building machine only; the core never reads a file.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "../src/calendar.hpp"
#include "../src/catalog_data.hpp"

namespace {

using abide::data::key_kind;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

// A table with a header row; `#` begins a comment line. Fields are named by the header.
class table {
 public:
  explicit table(const std::string& file) : file_(file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) fail(file + ": cannot read");
    for (std::string line; std::getline(in, line);) {
      ++line_;
      source_ += line + '\n';
      if (line.empty() || line[0] == '#') continue;
      if (columns_.empty())
        columns_ = split(line);
      else
        rows.push_back(read_row(line));
    }
  }

  using row = std::map<std::string, std::string>;
  std::vector<row> rows;

  std::uint32_t checksum() const {
    std::uint32_t hash = abide::data::hash_start;
    for (const char c : source_) hash = abide::data::hash_step(hash, c);
    return hash;
  }

  /// The day in the file's first "as of YYYY-MM-DD".
  std::string as_of() const {
    const auto at = source_.find("s of 2");
    return at == std::string::npos ? "" : source_.substr(at + 5, 10);
  }

 private:
  static std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
      if (c == '\t')
        fields.emplace_back();
      else
        fields.back().push_back(c);
    }
    return fields;
  }

  row read_row(const std::string& line) const {
    const auto fields = split(line);
    if (fields.size() != columns_.size())
      fail(file_ + ":" + std::to_string(line_) + ": expected " + std::to_string(columns_.size()) + " fields, found " +
           std::to_string(fields.size()));
    row r;
    for (std::size_t i = 0; i < fields.size(); ++i) r[columns_[i]] = fields[i];
    r["#"] = file_ + ":" + std::to_string(line_);
    return r;
  }

  std::string file_, source_;
  std::vector<std::string> columns_;
  int line_ = 0;
};

int number(const table::row& r, const std::string& column, int least, int most) {
  const std::string& text = r.at(column);
  int value = -1;
  std::istringstream(text) >> value;
  if (text.empty() || std::to_string(value) != text || value < least || value > most)
    fail(r.at("#") + ": " + column + ": expected a number from " + std::to_string(least) + " to " +
         std::to_string(most));
  return value;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// Catalog

struct entry {
  std::string head, tail, host, vendor;
  key_kind kind = key_kind::name;
  int category_and_shared = 0, confidence = 0;
  const std::string& key() const { return kind == key_kind::tail ? tail : head; }
};

int category_of(const table::row& r) {
  static const std::vector<std::string> names{"required", "analytics", "functional", "targeting"};
  const auto at = std::find(names.begin(), names.end(), r.at("category"));
  if (at == names.end()) fail(r.at("#") + ": category: expected required, analytics, functional or targeting");
  return static_cast<int>(at - names.begin());
}

entry entry_of(const table::row& r) {
  const std::string& name = r.at("name");
  if (name.empty() || name == "*" || name.size() > 255) fail(r.at("#") + ": name: expected 1 to 255 bytes");
  entry e;
  const auto star = name.find('*');
  e.head = name.substr(0, star);
  if (star != std::string::npos) {
    e.kind = star == 0 ? key_kind::tail : key_kind::head;
    e.tail = name.substr(star + 1);
  }
  if (e.tail.find('*') != std::string::npos) fail(r.at("#") + ": name: expected at most one *");
  if (e.kind != key_kind::name && e.key().size() > abide::data::key_size_max)
    fail(r.at("#") + ": name: expected at most 32 bytes before the * (behind it, where the * is first)");
  if (e.kind == key_kind::tail && e.tail.size() < 3) fail(r.at("#") + ": name: expected at least 3 bytes behind the *");
  e.host = r.at("host");
  e.vendor = r.at("vendor");
  e.confidence = number(r, "confidence", 1, 100);
  e.category_and_shared = category_of(r) + 4 * number(r, "shared", 0, 1);
  return e;
}

class pool {
 public:
  std::size_t add(const std::string& text) {
    const auto known = at_.find(text);
    if (known != at_.end()) return known->second;
    const std::size_t found = bytes.find(text);
    const std::size_t at = found == std::string::npos ? bytes.size() : found;
    if (found == std::string::npos) bytes += text;
    return at_[text] = at;
  }
  std::string bytes;

 private:
  std::map<std::string, std::size_t> at_;
};

class words {
 public:
  explicit words(pool& texts) : texts_(texts) { add(""); }
  std::size_t add(const std::string& text) {
    const auto [at, is_new] = index_.try_emplace(text, list.size());
    if (is_new) list.push_back({static_cast<std::uint32_t>(texts_.add(text)), static_cast<std::uint32_t>(text.size())});
    return at->second;
  }
  std::vector<abide::data::text_ref> list;

 private:
  pool& texts_;
  std::map<std::string, std::size_t> index_;
};

std::uint32_t hash_of(const entry& e) {
  std::string key = e.key();
  if (e.kind == key_kind::tail) std::reverse(key.begin(), key.end());
  std::uint32_t hash = abide::data::hash_start;
  for (const char c : key) hash = abide::data::hash_step(hash, c);
  return abide::data::key_hash(hash, e.kind);
}

template <typename Values>
void print_array(std::ostream& out, const std::string& type, const std::string& name, const Values& values) {
  out << "constexpr " << type << ' ' << name << "[]{";
  std::size_t n = 0;
  for (const auto& v : values) out << (n++ % 16 == 0 ? "\n  " : " ") << v << ',';
  out << "};\n";
}

// Of one key: the narrowest host first, then the longest tail.
bool before(const entry& a, const entry& b) {
  if (a.kind != b.kind) return a.kind < b.kind;
  if (a.key() != b.key()) return a.key() < b.key();
  if (a.host.size() != b.host.size()) return a.host.size() > b.host.size();
  if (a.tail.size() != b.tail.size()) return a.tail.size() > b.tail.size();
  return std::tie(a.host, a.tail) < std::tie(b.host, b.tail);
}

std::uint32_t bucket_count_for(std::size_t entries) {
  std::uint32_t size = 64;
  while (size < entries) size *= 2;
  return size;
}

std::vector<entry> entries_by_bucket(const table& source, std::uint32_t& buckets) {
  std::vector<entry> entries;
  for (const auto& r : source.rows) entries.push_back(entry_of(r));
  if (entries.size() >= 65535) fail("catalog: too many entries");
  std::sort(entries.begin(), entries.end(), before);
  for (std::size_t i = 1; i < entries.size(); ++i)
    if (!before(entries[i - 1], entries[i])) fail("catalog: twice: " + entries[i].head + " " + entries[i].host);
  buckets = bucket_count_for(entries.size());
  std::stable_sort(entries.begin(), entries.end(), [mask = buckets - 1](const entry& a, const entry& b) {
    return (hash_of(a) & mask) < (hash_of(b) & mask);
  });
  return entries;
}

std::vector<std::size_t> bucket_starts(const std::vector<entry>& entries, std::uint32_t buckets) {
  std::vector<std::size_t> starts(buckets + 1);
  for (const entry& e : entries) ++starts[(hash_of(e) & (buckets - 1)) + 1];
  for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
  return starts;
}

std::vector<int> tags_of(const std::vector<entry>& entries) {
  std::vector<int> tags;
  for (const entry& e : entries) tags.push_back(abide::data::tag_of(hash_of(e)));
  return tags;
}

// By the outermost bytes of a key. A head of fewer than three may be followed by any, so it stands in all its buckets.
std::vector<std::string> sizes_of(const std::vector<entry>& entries, key_kind kind) {
  const std::size_t buckets = kind == key_kind::head ? abide::data::head_buckets : abide::data::tail_buckets;
  std::vector<std::uint32_t> sizes(buckets);
  for (const entry& e : entries) {
    if (e.kind != kind) continue;
    std::string key = e.key();
    if (kind == key_kind::tail) std::reverse(key.begin(), key.end());
    const std::uint32_t bit = std::uint32_t{1} << (key.size() - 1);
    for (int second = 0; second < 256; ++second) {
      if (key.size() > 1 && static_cast<char>(second) != key[1]) continue;
      for (int third = 0; third < 256; ++third)
        if (key.size() < 3 || static_cast<char>(third) == key[2])
          sizes[abide::data::outer_bytes(key[0], static_cast<char>(second), static_cast<char>(third)) % buckets] |= bit;
    }
  }
  std::vector<std::string> words;
  for (const std::uint32_t size : sizes) words.push_back(std::to_string(size) + "u");
  return words;
}

// String literals are cut to stay under the limits of compilers; adjacent ones join.
void print_text(std::ostream& out, const std::string& text) {
  out << "constexpr char text[] =";
  for (std::size_t at = 0; at < text.size(); at += 100) out << "\n  " << quoted(text.substr(at, 100));
  out << (text.empty() ? "\"\";\n" : ";\n");
}

void pack_catalog(const table& source, std::ostream& out) {
  std::uint32_t buckets = 0;
  const auto entries = entries_by_bucket(source, buckets);
  pool texts;
  words list(texts);
  std::ostringstream rows;
  for (const entry& e : entries)
    rows << "  {" << texts.add(e.head + e.tail) << ',' << list.add(e.vendor) << ',' << list.add(e.host) << ','
         << e.head.size() << ',' << e.tail.size() << ',' << e.category_and_shared + 8 * static_cast<int>(e.kind) << ','
         << e.confidence << "},\n";
  const std::size_t bytes = texts.bytes.size() + list.list.size() * sizeof(abide::data::text_ref) +
                            entries.size() * (sizeof(abide::data::catalog_entry) + 1) + (buckets + 1) * 2 +
                            (abide::data::head_buckets + abide::data::tail_buckets) * 4;
  out << "#include \"catalog_data.hpp\"\n\nnamespace abide::data {\nnamespace {\n";
  print_text(out, texts.bytes);
  out << "constexpr text_ref words[]{";
  for (const auto& w : list.list) out << "{" << w.at << ',' << w.size << "},";
  out << "};\nconstexpr catalog_entry entries[]{\n" << rows.str() << "};\n";
  print_array(out, "std::uint16_t", "buckets", bucket_starts(entries, buckets));
  print_array(out, "std::uint8_t", "tags", tags_of(entries));
  print_array(out, "std::uint32_t", "head_sizes", sizes_of(entries, key_kind::head));
  print_array(out, "std::uint32_t", "tail_sizes", sizes_of(entries, key_kind::tail));
  out << "}  // namespace\n\nconst catalog_table catalog{text, words, entries, buckets, tags, head_sizes, tail_sizes, "
      << entries.size() << ", " << buckets - 1 << ", " << bytes << ", " << source.checksum()
      << "u};\n\n}  // namespace abide::data\n";
}

// Jurisdictions

std::string day(const table::row& r, const std::string& column) {
  const std::string& text = r.at(column);
  if (text.empty()) return "INT32_MIN";
  int y = 0, m = 0, d = 0, end = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &y, &m, &d, &end) != 3 || end != 10 || m < 1 || m > 12 || d < 1 || d > 31)
    fail(r.at("#") + ": " + column + ": expected YYYY-MM-DD");
  return std::to_string(abide::calendar::days_of(y, m, d));
}

std::string one_of(const table::row& r, const std::string& column, const std::string& type,
                   const std::vector<std::string>& names) {
  if (std::find(names.begin(), names.end(), r.at(column)) == names.end())
    fail(r.at("#") + ": " + column + ": unknown value " + r.at(column));
  return type + "::" + r.at(column);
}

std::string letters(const table::row& r, const std::string& column) {
  int bits = 0;
  for (const char c : r.at(column)) {
    const auto at = std::string("raft").find(c);
    if (at == std::string::npos) fail(r.at("#") + ": " + column + ": expected letters of raft");
    bits |= 1 << at;
  }
  return "category_set{" + std::to_string(bits) + "}";
}

std::string ages(const table::row& r, const std::string& column) {
  const std::string& text = r.at(column);
  if (text.empty()) return "{}";
  const auto dash = text.find('-');
  if (dash == std::string::npos) fail(r.at("#") + ": " + column + ": expected FIRST-LAST");
  return "{" + text.substr(0, dash) + "," + text.substr(dash + 1) + "}";
}

int exempt_bits(const table::row& r) {
  static const std::map<std::string, int> bits{{"statistical", 1}, {"appearance", 2}, {"emergency", 4}};
  int all = 0;
  std::istringstream in(r.at("exempt"));
  for (std::string name; std::getline(in, name, ',');) {
    if (!bits.count(name)) fail(r.at("#") + ": exempt: unknown purpose " + name);
    all |= bits.at(name);
  }
  return all;
}

std::string jurisdiction_row(const table::row& r) {
  std::ostringstream out;
  out << "  {" << quoted(r.at("code")) << ", " << quoted(r.at("name")) << ", "
      << one_of(r, "regime", "regime", {"opt_in", "opt_out", "notice"}) << ", " << letters(r, "own") << ", "
      << letters(r, "shared") << ", "
      << one_of(r, "gpc_duty", "gpc_duty", {"none", "must", "conditional", "permissive", "ambiguous", "policy"}) << ", "
      << day(r, "from") << ", " << day(r, "gpc_from") << ", " << number(r, "consent_days", 1, 3650) << ", "
      << number(r, "refusal_days", 1, 3650) << ", " << ages(r, "minors_banned") << ", " << ages(r, "minors_opt_in")
      << ", " << (r.at("dnt") == "objection" ? "true" : "false") << ", " << exempt_bits(r) << ", "
      << quoted(r.at("confidence")) << ",\n   " << quoted(r.at("law")) << ", " << quoted(r.at("gpc_cite")) << "},\n";
  return out.str();
}

void sort_by_code(table& t) {
  std::sort(t.rows.begin(), t.rows.end(), [](const auto& a, const auto& b) { return a.at("code") < b.at("code"); });
}

void pack_jurisdictions(table source, table places, std::ostream& out) {
  sort_by_code(source);
  sort_by_code(places);
  std::set<std::string> codes;
  for (const auto& r : source.rows)
    if (!codes.insert(r.at("code")).second) fail(r.at("#") + ": code: twice");
  if (!codes.count("ZZ")) fail("jurisdictions: row ZZ is missing");
  out << "#include \"jurisdiction_data.hpp\"\n\nnamespace abide::data {\nnamespace {\nconstexpr jurisdiction rows[]{\n";
  for (const auto& r : source.rows) out << jurisdiction_row(r);
  out << "};\nconstexpr place_alias alias_rows[]{\n";
  for (const auto& r : places.rows) {
    if (!codes.count(r.at("row"))) fail(r.at("#") + ": row: no such jurisdiction");
    out << "  {" << quoted(r.at("code")) << ", " << quoted(r.at("row")) << "},\n";
  }
  out << "};\n}  // namespace\n\nconst jurisdiction_table jurisdictions{rows, " << source.rows.size() << ", "
      << quoted(source.as_of()) << ", " << source.checksum() << "u};\nconst place_alias* const aliases = alias_rows;\n"
      << "const std::size_t alias_count = " << places.rows.size() << ";\n\n}  // namespace abide::data\n";
}

int run(const std::vector<std::string>& args) {
  std::ostringstream out;
  if (args.size() == 3 && args[0] == "catalog")
    pack_catalog(table(args[1]), out);
  else if (args.size() == 4 && args[0] == "jurisdictions")
    pack_jurisdictions(table(args[1]), table(args[2]), out);
  else
    fail("usage: pack catalog TSV OUT | pack jurisdictions TSV TSV OUT");
  std::ofstream file(args.back(), std::ios::binary);
  file << out.str();
  if (!file.flush()) fail(args.back() + ": cannot write");
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  return run({argv + 1, argv + argc});
} catch (const std::exception& error) {
  std::cerr << "pack: " << error.what() << '\n';
  return 1;
}
