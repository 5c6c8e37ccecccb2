#pragma once
// A small browser's cookie store (draft-ietf-httpbis-rfc6265bis sections 5.7 and 5.8), built on the core's reader, for
// comparing the core with the observed behaviour of real browsers.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <libpsl.h>

#include "abide/cookie.hpp"

namespace tests {

struct web_address {
  std::string host, path;
  bool secure = false;
};

inline web_address read_address(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  const std::string_view scheme = url.substr(0, scheme_end);
  url.remove_prefix(scheme_end + 3);
  const std::size_t path_start = std::min(url.find_first_of("/?#"), url.size());
  const std::string_view authority = url.substr(0, path_start);
  std::string_view path = url.substr(path_start);
  path = path.substr(0, path.find_first_of("?#"));
  return {std::string(authority.substr(0, authority.find(':'))), path.empty() ? "/" : std::string(path),
          scheme == "https"};
}

/// The folder of the path (rfc6265bis section 5.1.4).
inline std::string default_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (path.empty() || path.front() != '/' || slash == 0) return "/";
  return std::string(path.substr(0, slash));
}

inline bool path_matches(std::string_view asked, std::string_view cookie) {
  if (asked.substr(0, cookie.size()) != cookie) return false;
  return asked.size() == cookie.size() || cookie.back() == '/' || asked[cookie.size()] == '/';
}

class cookie_jar {
 public:
  explicit cookie_jar(std::int64_t now) : now_(now) {}

  /// Stores what a response from `from` sets, under a browser's rules.
  void store(std::string_view field, const web_address& from) {
    const abide::set_cookie read = abide::parse_set_cookie(field);
    if (!abide::why_rejected(field, read, {from.host, from.secure}).empty()) return;
    stored made{
        std::string(read.name), std::string(read.value), lower(read.domain), std::string(read.path), read.secure,
        read.domain.empty(),    read.partitioned};
    if (!settle_domain(made, from)) return;
    if (made.path.empty()) made.path = default_path(from.path);
    if (!made.secure && !from.secure && shadows_secure(made)) return;
    replace(std::move(made), abide::deletes(read, now_));
  }

  /// The Cookie field of a request to `to`: longer paths first, then older cookies first.
  std::string header(const web_address& to) const {
    std::vector<const stored*> sent;
    for (const stored& each : cookies_)
      if (applies(each, to)) sent.push_back(&each);
    std::stable_sort(sent.begin(), sent.end(),
                     [](const stored* a, const stored* b) { return a->path.size() > b->path.size(); });
    std::string field;
    for (const stored* each : sent) {
      if (!field.empty()) field += "; ";
      field += each->name.empty() ? each->value : each->name + '=' + each->value;
    }
    return field;
  }

 private:
  struct stored {
    std::string name, value, domain, path;
    bool secure, host_only, partitioned;
  };

  static std::string lower(std::string_view text) {
    std::string made(text);
    for (char& c : made)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return made;
  }

  // A public suffix may set only host-only cookies.
  static bool settle_domain(stored& made, const web_address& from) {
    const bool suffix = !made.domain.empty() && psl_is_public_suffix(psl_builtin(), made.domain.c_str()) != 0;
    if (suffix && made.domain != from.host) return false;
    made.host_only = made.host_only || suffix;
    if (made.host_only) made.domain = from.host;
    return true;
  }

  // Leave secure cookies alone: an insecure origin cannot set a cookie that would replace one.
  bool shadows_secure(const stored& made) const {
    return std::any_of(cookies_.begin(), cookies_.end(), [&](const stored& old) {
      const bool same_place =
          abide::domain_matches(old.domain, made.domain) || abide::domain_matches(made.domain, old.domain);
      return old.secure && old.name == made.name && same_place && path_matches(made.path, old.path);
    });
  }

  void replace(stored made, bool deleting) {
    const auto old = std::find_if(cookies_.begin(), cookies_.end(), [&](const stored& each) {
      return each.name == made.name && each.domain == made.domain && each.host_only == made.host_only &&
             each.path == made.path && each.partitioned == made.partitioned;
    });
    if (old != cookies_.end() && deleting) cookies_.erase(old);
    if (deleting) return;
    if (old == cookies_.end()) cookies_.push_back(std::move(made));
    else *old = std::move(made);  // keeps its creation time
  }

  static bool applies(const stored& each, const web_address& to) {
    if (each.secure && !to.secure) return false;
    if (each.host_only ? each.domain != to.host : !abide::domain_matches(to.host, each.domain)) return false;
    return path_matches(to.path, each.path);
  }

  std::int64_t now_;
  std::vector<stored> cookies_;
};

}  // namespace tests
