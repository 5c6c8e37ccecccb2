#include "tools/catalog_file.hpp"

#include <array>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "abide/config.hpp"
#include "base/ascii.hpp"

namespace abide::detail::cli {
namespace {

using row = std::map<std::string, std::string>;

std::string contents(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw config_error(file + ": cannot read");
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

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

// RFC 4180: quoted cells may hold commas, doubled quotes and line ends.
std::vector<std::vector<std::string>> csv(std::string_view text) {
  std::vector<std::vector<std::string>> lines(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = lines.back().back();
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') cell += text[++i];
    else if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) lines.back().emplace_back();
    else if (c == '\n' && !quoted) lines.push_back({""});
    else if (c != '\r' || quoted) cell += c;
  }
  if (lines.back().size() == 1 && lines.back()[0].empty()) lines.pop_back();
  return lines;
}

std::string first_of(const row& from, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto at = from.find(name); at != from.end() && !at->second.empty()) return at->second;
  return {};
}

// Of free text such as `example.com (3rd party) or www.site.example`: the first host in it, with all below it.
std::string host_rule(std::string_view text) {
  std::string host;
  const auto is_host = [](std::string_view word) {
    return word.find('.') != word.npos && word.find('.') + 1 < word.size();
  };
  for (const char c : ascii_text::lower(text) + ' ') {
    if (ascii_text::is_alphanumeric(c) || c == '.' || c == '-') {
      host += c;
      continue;
    }
    while (!host.empty() && host.front() == '.') host.erase(0, 1);
    if (host.starts_with("www.")) host.erase(0, 4);
    if (is_host(host)) return '.' + host;
    host.clear();
  }
  return {};
}

// Nothing for a line without a name or with a category that nobody knows.
std::optional<catalog_row> row_of(const row& from, std::size_t line, const std::string& source) {
  catalog_row made;
  made.name = first_of(from, {"name_pattern", "Cookie / Data Key name", "name", "cookie"});
  const std::string wildcard = first_of(from, {"is_wildcard", "Wildcard match"});
  if (wildcard == "1" && made.name.find('*') == std::string::npos) made.name += '*';
  const auto meant = category_meant(first_of(from, {"label", "category", "Category", "purpose"}));
  if (made.name.empty() || made.name == "*" || !meant) return std::nullopt;
  made.host = host_rule(first_of(from, {"domain", "Domain", "host"}));
  made.vendor = first_of(from, {"vendor", "Platform", "provider", "Data Controller"});
  made.lifetime = first_of(from, {"lifetime", "retention", "Retention period", "duration"});
  made.category = *meant;
  made.shared = *meant == category::targeting;
  made.confidence = 70;
  made.source = source;
  made.line = line;
  for (std::string* cell : {&made.name, &made.vendor, &made.lifetime})
    for (char& c : *cell)
      if (c == '\t' || c == '\n' || c == '\r') c = ' ';
  return made;
}

std::vector<catalog_row> read_csv(const std::string& file, std::string_view text) {
  const auto lines = csv(text);
  std::vector<catalog_row> rows;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    row cells;
    for (std::size_t column = 0; column < lines[0].size() && column < lines[i].size(); ++column)
      cells[lines[0][column]] = lines[i][column];
    if (auto made = row_of(cells, i + 1, "import")) rows.push_back(std::move(*made));
  }
  if (rows.empty()) throw config_error(file + ": no line has a cookie's name and a category");
  return rows;
}

std::vector<catalog_row> read_json(const std::string& file, const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) throw config_error(file + ": not JSON");
  const nlohmann::json list = json.is_object() && json.contains("cookies") ? json["cookies"] : json;
  if (!list.is_array()) throw config_error(file + ": /cookies: expected a list of cookies");
  std::vector<catalog_row> rows;
  for (std::size_t i = 0; i < list.size(); ++i) {
    row cells;
    if (!list[i].is_object()) throw config_error(file + ": /cookies/" + std::to_string(i) + ": expected an object");
    for (const auto& [key, value] : list[i].items())
      if (value.is_string()) cells[key] = value.get<std::string>();
    auto made = row_of(cells, i + 1, "import");
    if (!made) throw config_error(file + ": /cookies/" + std::to_string(i) + ": expected a name and a known category");
    if (const auto shared = list[i].find("shared"); shared != list[i].end() && shared->is_boolean())
      made->shared = shared->get<bool>();
    rows.push_back(std::move(*made));
  }
  return rows;
}

}  // namespace

std::optional<category> category_meant(std::string_view word) {
  struct known {
    std::string_view word;
    abide::category category;
  };
  static constexpr std::array<known, 32> words{{
      {"required", category::required},
      {"necessary", category::required},
      {"strictly necessary", category::required},
      {"essential", category::required},
      {"security", category::required},
      {"c0001", category::required},
      {"analytics", category::analytics},
      {"statistics", category::analytics},
      {"statistical", category::analytics},
      {"performance", category::analytics},
      {"measurement", category::analytics},
      {"c0002", category::analytics},
      {"functional", category::functional},
      {"functionality", category::functional},
      {"preferences", category::functional},
      {"preference", category::functional},
      {"personalization", category::functional},
      {"c0003", category::functional},
      {"targeting", category::targeting},
      {"marketing", category::targeting},
      {"advertising", category::targeting},
      {"advertisement", category::targeting},
      {"ads", category::targeting},
      {"c0004", category::targeting},
      {"social media", category::targeting},
      {"social", category::targeting},
      {"tracking", category::targeting},
      {"profiling", category::targeting},
      {"c0005", category::targeting},
      {"strictly_necessary", category::required},
      {"statistic", category::analytics},
      {"convenience", category::functional},
  }};
  const std::string low = ascii_text::lower(word);
  for (const known& each : words)
    if (each.word == low) return each.category;
  return std::nullopt;
}

std::vector<catalog_row> read_catalog(const std::string& file) {
  std::istringstream in(contents(file));
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
    const auto meant = category_named(named["category"]);
    if (!meant) fail(file, at, "category: expected required, analytics, functional or targeting");
    made.category = *meant;
    made.shared = named["shared"] == "1";
    made.confidence = std::atoi(named["confidence"].c_str());
    if (made.confidence < 1 || made.confidence > 100) fail(file, at, "confidence: expected a number from 1 to 100");
    made.line = at;
    rows.push_back(std::move(made));
  }
  return rows;
}

std::vector<catalog_row> read_list(const std::string& file) {
  const std::string text = contents(file);
  const std::size_t first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  const bool is_json = first != std::string::npos && (text[first] == '{' || text[first] == '[');
  return is_json ? read_json(file, text) : read_csv(file, text);
}

std::string line_of(const catalog_row& r) {
  return r.name + '\t' + r.host + '\t' + std::string(name_of(r.category)) + '\t' + (r.shared ? '1' : '0') + '\t' +
         std::to_string(r.confidence) + '\t' + r.vendor + '\t' + r.lifetime + '\t' + r.source + '\n';
}

}  // namespace abide::detail::cli
