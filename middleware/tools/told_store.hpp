#pragma once
// A store's address without its secrets, for pages that others read.
#include <regex>
#include <string>
#include <string_view>

namespace abide::detail::cli {

/// `postgres://u:secret@a:5432,b/records?password=secret` -> `postgres://a:5432,b/records`. Of an address that is not
/// as it should be, only the scheme, since any part of it may be the password. Other stores have no secrets.
inline std::string told_store(const std::string& where) {
  if (!where.starts_with("postgres")) return where;
  static const std::regex form(
      R"((postgres(?:ql)?://)(?:[^/@]*@)?)"  // scheme, user and password
      R"((((\[[0-9A-Fa-f:.]*\]|[\w.%-]*)(:[0-9]*)?,)*(\[[0-9A-Fa-f:.]*\]|[\w.%-]*)(:[0-9]*)?))"  // hosts and ports
      R"((/[^?@]*)?(\?.*)?)");
  std::smatch found;
  if (!std::regex_match(where, found, form)) return where.substr(0, where.find(':')) + "://...";
  return found[1].str() + found[2].str() + found[8].str();
}

/// The value of a policy's key as such pages show it.
inline std::string told_value(std::string_view path, const std::string& value) {
  return path == "/records/store" ? told_store(value) : value;
}

}  // namespace abide::detail::cli
