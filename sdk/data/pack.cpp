// Converts the tables in this folder into C++ source with compact sorted arrays.
//   pack catalog       catalog.tsv hosts.tsv requests.tsv [more.tsv...] catalog_data.cpp
//   pack jurisdictions jurisdictions.tsv places.tsv       jurisdiction_data.cpp
//   pack suffixes      suffixes.txt suffixes_more.txt     suffix_data.cpp
// Runs only during the build; the core never reads a file.
#include <algorithm>
#include <cstdio>
#include <set>

#include "../src/calendar.hpp"
#include "../src/words.hpp"
#include "pack_table.hpp"

namespace {

std::string day(const table::row& r, const std::string& column) {
  const std::string& text = r.at(column);
  if (text.empty()) return "INT32_MIN";
  int y = 0, m = 0, d = 0, end = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &y, &m, &d, &end) != 3 || end != 10 || m < 1 || m > 12 || d < 1 ||
      d > 31)
    fail(r.at("#") + ": " + column + ": expected YYYY-MM-DD");
  return std::to_string(abide::detail::calendar::days_of(y, m, d));
}

template <class names>
std::string one_of(const table::row& r, const std::string& column, const std::string& type, const names& known) {
  if (std::find(known.begin(), known.end(), r.at(column)) == known.end())
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
  constexpr const auto& purposes = abide::detail::words::exempt_purpose;
  int all = 0;
  std::istringstream in(r.at("exempt"));
  for (std::string name; std::getline(in, name, ',');) {
    const auto at = std::find(purposes.begin(), purposes.end(), name);
    if (at == purposes.end()) fail(r.at("#") + ": exempt: unknown purpose " + name);
    all |= 1 << (at - purposes.begin());
  }
  return all;
}

const std::vector<std::string> clauses{"objection_law", "consent_law", "conflict_law",
                                       "incentive_law", "minors_law",  "exempt_law"};

// A row that bans or exempts must name the clause.
void check_clauses(const table::row& r) {
  const bool minors = !r.at("minors_banned").empty() || !r.at("minors_opt_in").empty();
  if (r.at("law").empty()) fail(r.at("#") + ": law: expected a law");
  if (minors == r.at("minors_law").empty()) fail(r.at("#") + ": minors_law: expected with ages of minors");
  if (r.at("exempt").empty() != r.at("exempt_law").empty()) fail(r.at("#") + ": exempt_law: expected with exempt");
}

// Size of a row's texts in bytes.
std::size_t text_bytes(const table::row& r) {
  std::size_t bytes = 0;
  for (const char* column : {"code", "name", "confidence", "law", "gpc_cite"}) bytes += r.at(column).size() + 1;
  for (const std::string& column : clauses) bytes += r.at(column).size() + 1;
  return bytes;
}

std::string jurisdiction_row(const table::row& r) {
  check_clauses(r);
  std::ostringstream out;
  out << "  {" << quoted(r.at("code")) << ", " << quoted(r.at("name")) << ", "
      << one_of(r, "regime", "regime", abide::detail::words::regime) << ", " << letters(r, "own") << ", "
      << letters(r, "shared") << ", " << one_of(r, "gpc_duty", "gpc_duty", abide::detail::words::gpc_duty) << ", "
      << day(r, "from") << ", " << day(r, "gpc_from") << ", " << number(r, "consent_days", 1, 3650) << ", "
      << number(r, "refusal_days", 1, 3650) << ", " << ages(r, "minors_banned") << ", " << ages(r, "minors_opt_in")
      << ", " << (r.at("minors_scope") == "all" ? "true" : "false") << ", "
      << (r.at("objection_law").empty() ? "false" : "true") << ", " << exempt_bits(r) << ", "
      << quoted(r.at("confidence")) << ",\n   " << quoted(r.at("law")) << ", " << quoted(r.at("gpc_cite"));
  for (const std::string& column : clauses) out << ", " << quoted(r.at(column));
  out << "},\n";
  return out.str();
}

// Rows of one code are sorted by first day; rows of places have none.
void sort_by_code(table& t) {
  const auto key = [](const table::row& r) { return std::pair(r.at("code"), r.count("from") ? r.at("from") : ""); };
  std::sort(t.rows.begin(), t.rows.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
}

// Date and checksum: `2026-11-22.9a3f0c1b`.
std::string version_of(const std::string& day, std::uint32_t checksum) {
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", checksum);
  return day + '.' + digits;
}

void pack_jurisdictions(table source, table places, std::ostream& out) {
  sort_by_code(source);
  sort_by_code(places);
  std::set<std::string> codes;
  std::set<std::pair<std::string, std::string>> seen;
  std::size_t bytes = 0;
  for (const auto& r : source.rows) {
    if (!seen.emplace(r.at("code"), r.at("from")).second) fail(r.at("#") + ": code: duplicate row for the same day");
    codes.insert(r.at("code"));
    bytes += text_bytes(r);
  }
  if (!codes.count("ZZ")) fail("jurisdictions: row ZZ is missing");
  out << "#include \"jurisdiction_data.hpp\"\n\nnamespace abide::detail::data {\nnamespace {\nconstexpr jurisdiction rows[]{\n";
  for (const auto& r : source.rows) out << jurisdiction_row(r);
  out << "};\nconstexpr std::uint64_t row_keys[]{\n";
  for (const auto& r : source.rows) out << "  key_of(" << quoted(r.at("code")) << "),\n";
  out << "};\nconstexpr place_alias alias_rows[]{\n";
  for (const auto& r : places.rows) {
    if (!codes.count(r.at("row"))) fail(r.at("#") + ": row: unknown jurisdiction");
    out << "  {key_of(" << quoted(r.at("code")) << "), key_of(" << quoted(r.at("row")) << ")},\n";
  }
  const std::uint32_t checksum = source.checksum() ^ (places.checksum() * 31u);
  out << "};\n}  // namespace\n\nconst jurisdiction_table jurisdictions{rows, " << source.rows.size() << ", "
      << quoted(source.as_of()) << ", " << checksum << "u,\n  sizeof rows + sizeof row_keys + sizeof alias_rows + "
      << bytes << "};\nconst std::string_view version = " << quoted(version_of(source.as_of(), checksum))
      << ";\nconst std::uint64_t* const keys = row_keys;\nconst place_alias* const aliases = alias_rows;\n"
      << "const std::size_t alias_count = " << places.rows.size() << ";\n\n}  // namespace abide::detail::data\n";
}

// The catalog plus the lines of further files; those replace lines with the same name and host.
table merged(const std::vector<std::string>& args) {
  table all(args[1]);
  for (std::size_t i = 5; i + 1 < args.size(); ++i) all.merge(table(args[i]), {"name", "host"});
  return all;
}

int run(const std::vector<std::string>& args) {
  std::ostringstream out;
  if (args.size() >= 6 && args[0] == "catalog")
    pack_catalog(merged(args), table(args[2]), table(args[3]), table(args[4]), out);
  else if (args.size() == 4 && args[0] == "jurisdictions") pack_jurisdictions(table(args[1]), table(args[2]), out);
  else if (args.size() == 4 && args[0] == "suffixes") pack_suffixes(args[1], args[2], out);
  else
    fail(
        "usage: pack catalog TSV TSV TSV TSV [TSV...] OUT | pack jurisdictions TSV TSV OUT | pack suffixes TXT TXT OUT");
  std::ofstream file(args.back(), std::ios::binary);
  file << out.str();
  if (!file.flush()) fail(args.back() + ": cannot write");
  return 0;
}

}  // namespace

int main(int argc, char** argv) try { return run({argv + 1, argv + argc}); } catch (const std::exception& error) {
  std::cerr << "pack: " << error.what() << '\n';
  return 1;
}
