// Packs the rules of the Public Suffix List by the hash of their names (../src/suffixes.hpp).
#include <algorithm>
#include <vector>

#include "../src/catalog_hash.hpp"
#include "../src/suffixes.hpp"
#include "pack_table.hpp"

namespace {

namespace data = abide::detail::data;

struct suffix {
  std::uint64_t hash;
  std::uint32_t flags;
  std::size_t bucket() const { return data::suffix_bucket(hash); }
};

// rule = name / "*." name / "!" name
suffix read_rule(const std::string& rule) {
  if (rule[0] == '!') return {data::hash_of(std::string_view(rule).substr(1), 0), data::suffix_exception};
  if (rule.compare(0, 2, "*.") == 0) return {data::hash_of(std::string_view(rule).substr(2), 0), data::suffix_children};
  return {data::hash_of(rule, 0), data::suffix_rule};
}

/// Adds the rules of a file; returns the text after "# version ".
std::string read_rules(const std::string& file, std::map<std::uint64_t, suffix>& rules) {
  std::ifstream in(file, std::ios::binary);
  if (!in) fail(file + ": cannot read");
  std::string version;
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("# version ", 0) == 0) version = line.substr(10);
    if (line.empty() || line[0] == '#') continue;
    const suffix read = read_rule(line);
    suffix& kept = rules.emplace(read.hash, suffix{read.hash, 0}).first->second;
    kept.flags |= read.flags;
  }
  return version;
}

}  // namespace

void pack_suffixes(const std::string& list, const std::string& more, std::ostream& out) {
  std::map<std::uint64_t, suffix> rules;  // in the order of the buckets: the bucket is the high bits of the hash
  const std::string version = read_rules(list, rules);
  read_rules(more, rules);
  std::vector<std::size_t> buckets((std::size_t{1} << data::suffix_bucket_bits) + 1);
  std::vector<unsigned> bytes;
  std::map<std::pair<std::size_t, std::uint32_t>, bool> seen;
  for (const auto& [hash, rule] : rules) {
    if (!seen.emplace(std::pair(rule.bucket(), data::suffix_tag(hash)), true).second)
      fail(list + ": two names have the same hash");
    const std::uint32_t entry = data::suffix_tag(hash) | rule.flags;
    for (unsigned shift = 0; shift < 24; shift += 8) bytes.push_back(entry >> shift & 0xff);
    ++buckets[rule.bucket() + 1];
  }
  for (std::size_t i = 1; i < buckets.size(); ++i) buckets[i] += buckets[i - 1];
  out << "#include \"suffixes.hpp\"\n\nnamespace abide::detail::data {\nnamespace {\n";
  print_array(out, "std::uint8_t", "entries", bytes);
  print_array(out, "std::uint16_t", "buckets", buckets);
  out << "}  // namespace\n\nconst suffix_table suffixes{entries, buckets, " << rules.size()
      << ", sizeof entries + sizeof buckets, " << quoted(version) << "};\n\n}  // namespace abide::detail::data\n";
}
