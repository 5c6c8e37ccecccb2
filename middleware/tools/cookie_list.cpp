#include "tools/cookie_list.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "abide/config.hpp"
#include "base/ascii.hpp"
#include "policy/category_words.hpp"
#include "policy/shapes.hpp"

namespace abide::detail::cli {
namespace {

using nlohmann::json;
/// A cookie's cells by their headings, in lower case and without what is no letter.
using cells = std::map<std::string, std::string>;

std::string heading(std::string_view text) {
  std::string made;
  for (const char c : text)
    if (ascii_text::is_alphanumeric(c)) made += ascii_text::lower(c);
  return made;
}

std::string first_of(const cells& from, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto at = from.find(name); at != from.end() && !at->second.empty()) return at->second;
  return {};
}

// ---- One cookie

// Of free text such as `example.com (3rd party) or www.site.example`: the first host in it, with all below it.
std::string host_rule(std::string_view text) {
  std::string host;
  for (const char c : ascii_text::lower(text) + ' ') {
    if (ascii_text::is_alphanumeric(c) || c == '.' || c == '-') {
      host += c;
      continue;
    }
    while (!host.empty() && host.front() == '.') host.erase(0, 1);
    while (!host.empty() && host.back() == '.') host.pop_back();
    if (host.starts_with("www.")) host.erase(0, 4);
    if (host.find('.') != host.npos && is_domain('.' + host)) return '.' + host;
    host.clear();
  }
  return {};
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return std::string(ascii_text::trimmed(text));
}

void add(cookie_list& list, const cells& from, std::size_t line) {
  listed_cookie made;
  catalog_row& row = made.row;
  row.name = one_line(first_of(from, {"namepattern", "cookiedatakeyname", "cookiename", "name", "cookie"}));
  const std::string wildcard = first_of(from, {"iswildcard", "wildcardmatch", "wildcard"});
  if ((wildcard == "1" || wildcard == "true") && row.name.find('*') == row.name.npos) row.name += '*';
  if (row.name.empty() || row.name == "*") {
    ++list.nameless;
    return;
  }
  const std::string category = first_of(from, {"label", "category", "categoryname", "group", "groupname", "purpose"});
  const auto meant = category_meant(category);
  if (!meant) {
    list.unknown[category].push_back(row.name);
    return;
  }
  row.host = host_rule(first_of(from, {"domain", "host", "cookiedomain"}));
  row.vendor = one_line(first_of(from, {"vendor", "platform", "provider", "service", "datacontroller"}));
  row.lifetime =
      one_line(first_of(from, {"lifetime", "retention", "retentionperiod", "duration", "expiry", "expires"}));
  row.category = *meant;
  const std::string shared = first_of(from, {"shared"});
  made.says_shared = shared == "true" || shared == "1" || shared == "false" || shared == "0";
  row.shared = made.says_shared ? shared == "true" || shared == "1" : *meant == category::targeting;
  row.confidence = 70;
  row.source = "import";
  row.line = line;
  made.purpose = one_line(first_of(from, {"description", "purposedescription", "cookiedescription"}));
  made.vendor_policy =
      one_line(first_of(from, {"vendorpolicy", "privacylink", "policyurl", "userprivacygdprrightsportals"}));
  list.cookies.push_back(std::move(made));
}

// ---- CSV

// RFC 4180, with any mark: quoted cells may hold marks, doubled quotes and line ends.
std::vector<std::vector<std::string>> lines_of(std::string_view text, char mark) {
  std::vector<std::vector<std::string>> lines(1, {""});
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = lines.back().back();
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') cell += text[++i];
    else if (c == '"') quoted = !quoted;
    else if (c == mark && !quoted) lines.back().emplace_back();
    else if (c == '\n' && !quoted) lines.push_back({""});
    else if (c != '\r' || quoted) cell += c;
  }
  if (lines.back().size() == 1 && lines.back()[0].empty()) lines.pop_back();
  return lines;
}

/// The mark that cuts the headings into most cells.
char mark_of(std::string_view text) {
  const std::string_view headings = text.substr(0, text.find('\n'));
  char best = ',';
  for (const char mark : {';', '\t', '|'})
    if (std::count(headings.begin(), headings.end(), mark) > std::count(headings.begin(), headings.end(), best))
      best = mark;
  return best;
}

void read_csv(cookie_list& list, std::string_view text) {
  const auto lines = lines_of(text, mark_of(text));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    cells named;
    for (std::size_t column = 0; column < lines[0].size() && column < lines[i].size(); ++column)
      named[heading(lines[0][column])] = lines[i][column];
    add(list, named, i + 1);
  }
}

// ---- JSON

/// What the lists around a cookie are called.
struct surroundings {
  std::string category, vendor;
};

bool is_cookie(const cells& of) {
  const std::string name = first_of(of, {"namepattern", "cookiedatakeyname", "cookiename", "name", "cookie"});
  const std::string category = first_of(of, {"label", "category", "categoryname", "group", "groupname"});
  return !name.empty() && (!category.empty() || of.count("domain") || of.count("host"));
}

cells cells_of(const json& object) {
  cells named;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string()) named[heading(key)] = value.get<std::string>();
    if (value.is_boolean() || value.is_number()) named[heading(key)] = value.dump();
  }
  return named;
}

void walk(cookie_list& list, const json& at, const surroundings& around, unsigned depth) {
  constexpr unsigned depth_max = 16;
  if (depth > depth_max) return;
  if (at.is_array()) {
    for (const json& each : at) walk(list, each, around, depth + 1);
    return;
  }
  if (!at.is_object()) return;
  cells named = cells_of(at);
  const bool has_category = !first_of(named, {"label", "category", "categoryname", "group", "groupname"}).empty();
  if (!has_category && !around.category.empty()) named["category"] = around.category;
  if (is_cookie(named)) {
    if (!around.vendor.empty() && first_of(named, {"vendor", "platform", "provider", "service"}).empty())
      named["vendor"] = around.vendor;
    return add(list, named, list.cookies.size() + 1);
  }
  surroundings inside = around;
  for (const char* key : {"category", "categoryname", "group", "groupname", "id", "name"})
    if (const auto own = named.find(key); own != named.end() && category_meant(own->second))
      inside.category = own->second;
  for (const auto& [key, value] : at.items()) {
    if (!value.is_structured()) continue;
    surroundings below = inside;
    if (category_meant(key)) below.category = key;
    else if (heading(key) != "cookies" && value.is_array()) below.vendor = key;
    walk(list, value, below, depth + 1);
  }
}

}  // namespace

cookie_list read_cookie_list(const std::string& file) {
  const std::string text = read_whole(file);
  constexpr std::string_view mark = "\xef\xbb\xbf";
  const std::string_view bare = std::string_view(text).substr(text.starts_with(mark) ? mark.size() : 0);
  const std::size_t first = bare.find_first_not_of(" \t\r\n");
  cookie_list list;
  if (first != bare.npos && (bare[first] == '{' || bare[first] == '[')) {
    const json read = json::parse(bare, nullptr, false);
    if (read.is_discarded()) throw config_error(file + ": not JSON");
    walk(list, read, {}, 0);
  } else {
    read_csv(list, bare);
  }
  if (list.cookies.empty()) throw config_error(file + ": no line has a cookie's name and a category that is known");
  return list;
}

}  // namespace abide::detail::cli
