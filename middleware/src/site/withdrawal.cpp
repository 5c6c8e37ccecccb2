#include "site/withdrawal.hpp"

#include "abide/signal.hpp"

namespace abide {
namespace {

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && same_field(text.substr(0, prefix.size()), prefix);
}

// A name that could break out of the field, or that has none, is not written.
bool is_writable(std::string_view name) {
  if (name.empty() || name.size() > 4096) return false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == ';' || c == ',' || c == '=') return false;
  }
  return true;
}

// Others end the attribute, or the browser's reading of it (CK-9).
bool is_path_byte(char c) { return c > 0x20 && c < 0x7f && c != ';' && c != ','; }

}  // namespace

std::vector<std::string> cookie_paths(std::string_view target) {
  constexpr std::size_t most = 8;
  std::vector<std::string> paths{"/"};
  target = target.substr(0, target.find_first_of("?#"));
  for (std::size_t at = 1; at < target.size() && paths.size() < most; ++at) {
    if (!is_path_byte(target[at])) return paths;
    const bool ends = at + 1 == target.size() || target[at + 1] == '/';
    if (target[at] == '/' || ends) paths.emplace_back(target.substr(0, at + 1));
  }
  return paths;
}

std::vector<std::string> expiries(std::string_view name, const std::vector<std::string>& domains, bool secure,
                                  bool partitioned, std::string_view path) {
  std::vector<std::string> fields;
  if (!is_writable(name)) return fields;
  const bool only_host = starts_with(name, "__Host-");
  if (only_host && path != "/") return fields;
  const bool http = starts_with(name, "__Http-") || starts_with(name, "__Host-Http-");
  const bool needs_secure = only_host || http || starts_with(name, "__Secure-");
  std::string base(name);
  base.append("=; Max-Age=0; Path=").append(path);
  if (http) base += "; HttpOnly";
  if (secure || needs_secure) base += "; Secure";
  fields.push_back(base);
  if (!only_host)
    for (const std::string& domain : domains) fields.push_back(base + "; Domain=" + domain);
  if (!secure || !partitioned) return fields;
  // Partitioned cookies live in a jar of their own (CHIPS) and are deleted there only.
  for (std::size_t i = 0, count = fields.size(); i < count; ++i)
    fields.push_back(fields[i] + "; SameSite=None; Partitioned");
  return fields;
}

}  // namespace abide
