#include "site/expiring.hpp"

#include <algorithm>

#include "abide/signal.hpp"
#include "site/consent_cookie.hpp"
#include "site/memory.hpp"
#include "site/mixed.hpp"
#include "site/replies.hpp"
#include "site/twin.hpp"

namespace abide::detail {
namespace {

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && same_field(text.substr(0, prefix.size()), prefix);
}

// Names that could break out of the field, empty names, and names that would fill the answer are not written. Such a
// cookie stays hidden from the application.
bool is_writable(std::string_view name) {
  if (name.empty() || name.size() > 1024) return false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f || c == ';' || c == ',' || c == '=') return false;
  }
  return true;
}

// Other bytes end the attribute, or make the browser ignore it (CK-9).
bool is_path_byte(char c) { return c > 0x20 && c < 0x7f && c != ';' && c != ','; }

// Identifies what was sent to whom: the cookies (the signed choice among them belongs to one visitor), the host, and
// the page.
std::uint64_t fingerprint(const exchange& v, std::string_view target) {
  return mixed(mixed(v.cookies->fingerprint, v.host.view()), path_of(target));
}

// How many expiries one answer considers; browsers reject some of them.
constexpr std::size_t looks_max = 1000;

/// Adds the expiries that fit, starting at `next`. Returns where the next answer continues.
std::size_t add_expiries(text_list& fields, const expiries& all, std::size_t next, cookie_budget left) {
  const std::size_t end = std::min(all.count(), next + looks_max);
  fields.reserve(left.fields, left.bytes);
  for (; next < end; ++next) {
    if (!all.append(next, fields.next())) continue;
    if (!left.take(fields.written())) {
      fields.drop();
      break;
    }
    fields.keep();
  }
  return next;
}

std::vector<std::string_view> views_of(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

/// The domains are those of domains_of, which limits their number.
cookie_places places_of(const exchange& v, std::string_view target) {
  const auto domains = domains_of(v);
  return {{domains.begin(), domains.end()}, cookie_paths(target), v.secure};
}

}  // namespace

std::vector<std::string> cookie_paths(std::string_view target) {
  constexpr std::size_t most = 8, size_max = 512;
  std::vector<std::string> paths{"/"};
  target = target.substr(0, std::min(target.find_first_of("?#"), size_max));
  for (std::size_t at = 1; at < target.size() && paths.size() < most; ++at) {
    if (!is_path_byte(target[at])) return paths;
    const bool ends = at + 1 == target.size() || target[at + 1] == '/';
    if (target[at] == '/' || ends) paths.emplace_back(target.substr(0, at + 1));
  }
  return paths;
}

expiries::expiries(const std::vector<std::string_view>& names, const cookie_places& places) : secure_(places.secure) {
  names_.reserve(names.size());
  scopes_.reserve((places.domains.size() + 1) * places.paths.size() * (secure_ ? 2 : 1));
  for (const std::string_view name : names)
    if (is_writable(name)) names_.push_back(name);
  const auto add_domains = [&](const std::string& path, bool partitioned) {
    scopes_.push_back({&path, nullptr, partitioned});
    for (auto domain = places.domains.rbegin(); domain != places.domains.rend(); ++domain)
      scopes_.push_back({&path, &*domain, partitioned});
  };
  const auto add_paths = [&](bool partitioned) {
    for (std::size_t i = 1; i < places.paths.size(); ++i) add_domains(places.paths[i], partitioned);
  };
  const std::string& root = places.paths.front();
  add_domains(root, false);
  ends_[0] = std::min<std::size_t>(2, scopes_.size());
  if (secure_) add_domains(root, true);
  add_paths(false);
  ends_[1] = scopes_.size();
  if (secure_) add_paths(true);
  ends_[2] = scopes_.size();
}

bool expiries::append(std::size_t i, std::string& to) const {
  std::size_t begin = 0;
  for (const std::size_t end : ends_) {
    const std::size_t scopes = end - begin, fields = names_.size() * scopes;
    if (i < fields) return append(names_[i / scopes], scopes_[begin + i % scopes], to);
    i -= fields;
    begin = end;
  }
  return false;
}

bool expiries::append(std::string_view name, const scope& where, std::string& to) const {
  const bool only_host = starts_with(name, "__Host-");
  if (only_host && (*where.path != "/" || where.domain)) return false;
  const bool http = starts_with(name, "__Http-") || starts_with(name, "__Host-Http-");
  const bool needs_secure = only_host || http || starts_with(name, "__Secure-");
  to.append(name).append("=; Max-Age=0; Path=").append(*where.path);
  if (http) to += "; HttpOnly";
  if (secure_ || needs_secure) to += "; Secure";
  if (where.domain) to.append("; Domain=").append(*where.domain);
  if (where.partitioned) to += "; SameSite=None; Partitioned";
  return true;
}

bool cookie_budget::take(std::string_view field) noexcept {
  const std::size_t size = field.size() + std::string_view("Set-Cookie: \r\n").size();
  if (fields == 0 || size > bytes) return false;
  --fields;
  bytes -= size;
  return true;
}

namespace {

// A choice replaces cookies that would go on refusing: the host's own, if the site has one for the domain; one that
// verifies nowhere, wherever it is; a signal's that nothing else can lift. A choice of another domain stays for the
// other hosts there: on this host, an earlier one no longer counts. One that verifies nowhere may also be older than
// the site's HTTPS.
void end_others(const exchange& v, std::vector<std::string>& fields) {
  const cookie_realm here = realm_of(v), own{v.host.view(), v.secure, false};
  const auto end_at = [&](const cookie_realm& at, bool choice) {
    const cookie_names::pair& names = v.site->names.of(at);
    if (choice && !(at == here)) fields.push_back(end_of_cookie(names.choice, at));
    if (v.cookie.must_end_signal) fields.push_back(end_of_cookie(names.signal, at));
  };
  const auto end_older = [&](const cookie_realm& at) {
    if (!v.secure || !v.cookie.is_unknown) return;
    fields.push_back(end_of_cookie(v.site->names.plain.choice, at));
    fields.push_back(end_of_cookie(v.site->names.plain.signal, at));
  };
  end_at(own, v.cookie.of_host || v.cookie.is_unknown);
  end_older({v.host.view(), false, false});
  if (!v.cookie.is_unknown && !v.cookie.must_end_signal) return;
  for (const std::string& domain : domains_of(v)) {
    end_at({domain, v.secure, true}, v.cookie.is_unknown);
    end_older({domain, false, true});
  }
}

}  // namespace

std::vector<std::string> choice_cookies(const exchange& v, const record& r) {
  const cookie_names::pair& names = names_of(v);
  const signed_choice choice{r, std::string(v.subject.view()), v.cookie.serial, v.now, true};
  std::vector<std::string> fields{
      write_consent_cookie(names.choice, choice, realm_of(v), v.site->signing, consent_cookie_days)};
  end_others(v, fields);
  return fields;
}

std::vector<std::string> signal_cookies(const exchange& v, const record& r) {
  return {write_signal_cookie(names_of(v).signal, r.sticky_since.value_or(v.now), r.source, v.now, realm_of(v),
                              consent_cookie_days)};
}

text_list cookies_after(const exchange& v, const std::vector<std::string>& consent_cookies, const record& next,
                        const decision& after, const std::vector<std::string>& held_names) {
  const abide::policy& policy = v.site->settings.policy;
  text_list fields;
  cookie_budget left;
  const auto add = [&](const std::string& field) {
    fields.add(field);
    left.take(field);
  };
  for (const std::string& field : consent_cookies) add(field);
  add(twin_cookie(v, next, after));
  if (policy.mode == mode::observe) return fields;
  detail::memo& known = memory_of(*v.site).names;
  std::vector<std::string_view> names;
  for (const std::string_view name : held_names) {
    if (names.size() == left.fields) break;  // each takes at least one field, and a policy may name thousands
    if (is_writable(name) && !judge(after, policy, name, known.of(policy, {name, v.host.view(), false})).allowed)
      names.push_back(name);
  }
  add_expiries(fields, expiries(names, places_of(v, "/")), 0, left);
  return fields;
}

text_list expiries_of_refused(const exchange& v, std::string_view target) {
  text_list fields;
  if (v.site->settings.policy.mode == mode::observe || held_names(v).empty()) return fields;
  said_expiries::place& said = memory_of(*v.site).said.of(fingerprint(v, target), v.now);
  if (said.next == said_expiries::all) return fields;
  const cookie_places places = places_of(v, target);
  const expiries all(views_of(held_names(v)), places);
  said.next = add_expiries(fields, all, said.next, {});
  said.time = v.now;
  if (said.next >= all.count()) said.next = said_expiries::all;
  return fields;
}

}  // namespace abide::detail
