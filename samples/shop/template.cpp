#include "template.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <nlohmann/json.hpp>

namespace firwick {
namespace {

using nlohmann::json;
using texts = std::map<std::string, std::string, std::less<>>;

texts read_folder(const std::filesystem::path& folder, std::string_view extension) {
  texts found;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != extension) continue;
    std::ostringstream content;
    content << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    found[entry.path().stem().string()] = content.str();
  }
  return found;
}

const std::string& named(const texts& all, std::string_view name) {
  const auto found = all.find(name);
  if (found == all.end()) throw std::runtime_error("unknown template: " + std::string(name));
  return found->second;
}

/// The value at `a.b.c` below one value; null when any part is missing.
const json* below(const json& value, std::string_view path) {
  const json* at = &value;
  while (!path.empty()) {
    const auto dot = std::min(path.find('.'), path.size());
    const auto key = path.substr(0, dot);
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return at;
}

bool holds(const json* value) {
  if (!value || value->is_null()) return false;
  if (value->is_boolean()) return value->get<bool>();
  if (value->is_number()) return *value != 0;
  if (value->is_string()) return !value->get_ref<const std::string&>().empty();
  return !value->empty();
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

/// One rendering: the values in scope, innermost last.
struct renderer {
  const templates& all;
  std::string_view page;
  std::vector<const json*> scopes;
  std::string out;

  const json* find(std::string_view path) const {
    if (path == ".") return scopes.back();
    for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
      if (const json* found = below(**scope, path)) return found;
    return nullptr;
  }

  const json& value_at(std::string_view path) const {
    if (const json* found = find(path)) return *found;
    throw std::runtime_error("no value for {{" + std::string(path) + "}}");
  }

  /// Renders up to the closing tag of `section` (empty: to the end) and returns what follows it.
  std::string_view run(std::string_view source, std::string_view section, bool shown) {
    while (true) {
      const auto open = source.find("{{");
      if (shown) out += source.substr(0, open);
      if (open == source.npos) break;
      const auto close = source.find("}}", open);
      if (close == source.npos) throw std::runtime_error("{{ is not closed with }}");
      const auto tag = trimmed(source.substr(open + 2, close - open - 2));
      source.remove_prefix(close + 2);
      if (tag.empty()) continue;
      const auto name = trimmed(tag.substr(1));
      if (tag[0] == '/') {
        if (name != section) throw std::runtime_error("{{/" + std::string(name) + "}} does not match an open section");
        return source;
      }
      if (tag[0] == '#' || tag[0] == '^') source = run_section(source, name, tag[0] == '#', shown);
      else if (shown) print(tag, name);
    }
    if (!section.empty()) throw std::runtime_error("{{#" + std::string(section) + "}} is not closed");
    return {};
  }

  std::string_view run_section(std::string_view source, std::string_view name, bool wanted, bool shown) {
    const json* value = shown ? find(name) : nullptr;
    if (!shown || holds(value) != wanted) return run(source, name, false);
    if (!wanted) return run(source, name, true);
    if (!value->is_array()) return run_within(source, name, *value);
    std::string_view rest;
    for (const json& item : *value) rest = run_within(source, name, item);
    return rest;
  }

  std::string_view run_within(std::string_view source, std::string_view section, const json& scope) {
    scopes.push_back(&scope);
    const auto rest = run(source, section, true);
    scopes.pop_back();
    return rest;
  }

  void print(std::string_view tag, std::string_view name) {
    if (tag[0] == '>') {
      run(named(all.pages_, name == "page" ? page : name), {}, true);
      return;
    }
    if (tag.substr(0, 4) == "svg ") {
      const auto drawing = trimmed(tag.substr(4));
      out += named(all.drawings_, drawing[0] == '.' ? text_of(value_at(drawing.substr(1))) : std::string(drawing));
      return;
    }
    out += escaped(text_of(value_at(tag)));
  }
};

templates::templates(const std::filesystem::path& root)
    : pages_(read_folder(root / "pages", ".html")), drawings_(read_folder(root / "static/art", ".svg")) {}

std::string templates::render(std::string_view layout, std::string_view page, const json& values) const {
  renderer one{*this, page, {&values}, {}};
  one.run(named(pages_, layout), {}, true);
  return std::move(one.out);
}

}  // namespace firwick
