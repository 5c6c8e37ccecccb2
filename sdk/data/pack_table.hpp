#pragma once
// Reads the tables in this folder; functions that the packers share.
#include <cstdint>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

[[noreturn]] inline void fail(const std::string& what) { throw std::runtime_error(what); }

// A table with a header row that names the fields; `#` begins a comment line.
class table {
 public:
  explicit table(const std::string& file) : file_(file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) fail(file + ": cannot read");
    for (std::string line; std::getline(in, line);) {
      ++line_;
      source_ += line + '\n';
      if (line.empty() || line[0] == '#') continue;
      if (columns_.empty()) columns_ = split(line);
      else rows.push_back(read_row(line));
    }
  }

  using row = std::map<std::string, std::string>;
  std::vector<row> rows;

  /// Appends the rows of another table; a row with the same values in the `key` columns replaces the existing row.
  void merge(const table& other, const std::vector<std::string>& key) {
    const auto same = [&](const row& a, const row& b) {
      for (const std::string& column : key)
        if (a.at(column) != b.at(column)) return false;
      return true;
    };
    for (const row& r : other.rows) {
      std::size_t i = 0;
      while (i < rows.size() && !same(rows[i], r)) ++i;
      if (i < rows.size()) rows[i] = r;
      else rows.push_back(r);
    }
    source_ += other.source_;
  }

  /// FNV-1a of the whole file, including comments.
  std::uint32_t checksum() const {
    std::uint32_t hash = 2166136261u;
    for (const char c : source_) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash;
  }

  /// The text after the first "# version ".
  std::string version() const {
    const std::string mark = "# version ";
    const auto at = source_.find(mark);
    if (at == std::string::npos) fail(file_ + ": expected a line \"# version ...\"");
    return source_.substr(at + mark.size(), source_.find('\n', at) - at - mark.size());
  }

  /// The date in the first "as of YYYY-MM-DD"; empty if there is none.
  std::string as_of() const {
    const auto at = source_.find("as of ");
    return at == std::string::npos ? "" : source_.substr(at + 6, 10);
  }

 private:
  static std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
      if (c == '\t') fields.emplace_back();
      else fields.back().push_back(c);
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

inline int number(const table::row& r, const std::string& column, int least, int most) {
  const std::string& text = r.at(column);
  int value = -1;
  std::istringstream(text) >> value;
  if (text.empty() || std::to_string(value) != text || value < least || value > most)
    fail(r.at("#") + ": " + column + ": expected a number from " + std::to_string(least) + " to " +
         std::to_string(most));
  return value;
}

inline std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

template <typename Values>
void print_array(std::ostream& out, const std::string& type, const std::string& name, const Values& values) {
  out << "constexpr " << type << ' ' << name << "[]{";
  std::size_t n = 0;
  for (const auto& v : values) out << (n++ % 16 == 0 ? "\n  " : " ") << v << ',';
  out << "};\n";
}

/// catalog.tsv, hosts.tsv and requests.tsv: pack_catalog.cpp.
void pack_catalog(const table& names, const table& hosts, const table& requests, const table& within,
                  std::ostream& out);

/// suffixes.txt and suffixes_more.txt: pack_suffixes.cpp.
void pack_suffixes(const std::string& list, const std::string& more, std::ostream& out);
