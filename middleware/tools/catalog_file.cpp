#include "tools/catalog_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "abide/config.hpp"

namespace abide::detail::cli {
namespace {

using row = std::map<std::string, std::string>;

[[noreturn]] void fail(const std::string& file, std::size_t line, const std::string& what) {
  throw config_error(file + ":" + std::to_string(line) + ": " + what);
}

std::vector<std::string> split(std::string_view line, char mark) {
  std::vector<std::string> cells(1);
  for (const char c : line)
    if (c == mark) cells.emplace_back();
    else cells.back() += c;
  return cells;
}

}  // namespace

std::string read_whole(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw config_error(file + ": cannot read: " + std::strerror(errno));
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) throw config_error(file + ": expected a file, found a folder");
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::vector<catalog_row> read_catalog(const std::string& file) {
  std::istringstream in(read_whole(file));
  std::vector<std::string> columns;
  std::vector<catalog_row> rows;
  std::size_t at = 0;
  for (std::string line; std::getline(in, line);) {
    ++at;
    if (line.empty() || line.front() == '#') continue;
    const auto cells = split(line, '\t');
    if (columns.empty()) {
      columns = cells;
      continue;
    }
    if (cells.size() != columns.size())
      fail(file, at, "expected " + std::to_string(columns.size()) + " fields, found " + std::to_string(cells.size()));
    row named;
    for (std::size_t i = 0; i < cells.size(); ++i) named[columns[i]] = cells[i];
    catalog_row made{named["name"], named["host"], named["vendor"], named["lifetime"], named["source"]};
    const auto meant = parse_category(named["category"]);
    if (!meant)
      fail(file, at,
           "category: expected required, analytics, functional or targeting, found \"" + named["category"] + '"');
    made.category = *meant;
    made.shared = named["shared"] == "1";
    made.confidence = std::atoi(named["confidence"].c_str());
    if (made.confidence < 1 || made.confidence > 100)
      fail(file, at, "confidence: expected a number from 1 to 100, found \"" + named["confidence"] + '"');
    made.line = at;
    rows.push_back(std::move(made));
  }
  return rows;
}

std::string line_of(const catalog_row& r) {
  return r.name + '\t' + r.host + '\t' + std::string(to_string(r.category)) + '\t' + (r.shared ? '1' : '0') + '\t' +
         std::to_string(r.confidence) + '\t' + r.vendor + '\t' + r.lifetime + '\t' + r.source + '\n';
}

}  // namespace abide::detail::cli
