#include "html/content_policy.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "abide/signal.hpp"
#include "base/ascii.hpp"

namespace abide::detail {
namespace {

using ascii_text::take_until;

constexpr std::string_view blank = " \t\n\f\r";  // a <meta> may contain line breaks

// Takes the next source expression; empty at the end.
std::string_view take_source(std::string_view& sources) {
  sources.remove_prefix(std::min(sources.find_first_not_of(blank), sources.size()));
  const std::string_view one = sources.substr(0, sources.find_first_of(blank));
  sources.remove_prefix(one.size());
  return one;
}

// ` 'self' 'nonce-...'` of the first directive with this name.
std::optional<std::string_view> directive(std::string_view policy, std::string_view name) {
  while (!policy.empty()) {
    std::string_view one = take_until(policy, ';');
    one.remove_prefix(std::min(one.find_first_not_of(blank), one.size()));
    const std::size_t end = std::min(one.find_first_of(blank), one.size());
    if (same_field(one.substr(0, end), name)) return one.substr(end);
  }
  return std::nullopt;
}

std::optional<std::string_view> sources_of(std::string_view policy, std::string_view kind) {
  const std::string elements = std::string(kind) + "-elem";
  for (const std::string_view name : {std::string_view(elements), kind, std::string_view("default-src")})
    if (const auto sources = directive(policy, name)) return sources;
  return std::nullopt;
}

constexpr std::string_view nonce_mark = "'nonce-";

bool is_like_nonce(std::string_view source) noexcept {
  return same_field(source.substr(0, nonce_mark.size()), nonce_mark);
}

// base64-value = 1*( ALPHA / DIGIT / "+" / "/" / "-" / "_" ) *2( "=" )
bool is_base64(std::string_view text) noexcept {
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return ascii_text::is_alphanumeric(c) || std::string_view("+/-_").find(c) != std::string_view::npos;
  });
}

/// The nonce of a source expression; empty if it is none, as browsers see it: `'nonce-` base64-value `'` (CSP 3 section
/// 2.3.1).
std::string_view nonce_in(std::string_view source) noexcept {
  if (!is_like_nonce(source) || !source.ends_with('\'')) return {};
  const std::string_view nonce = source.substr(nonce_mark.size(), source.size() - nonce_mark.size() - 1);
  return is_base64(nonce) ? nonce : std::string_view{};
}

std::string_view nonce_of(std::string_view sources) {
  for (std::string_view one = take_source(sources); !one.empty(); one = take_source(sources))
    if (const std::string_view nonce = nonce_in(one); !nonce.empty()) return nonce;
  return {};
}

/// Whether the policy allows inline scripts or styles without nonce and hash (CSP 3 section 6.7.3.2).
bool allows_any_inline(std::string_view sources, std::string_view kind) {
  bool any = false;
  for (std::string_view one = take_source(sources); !one.empty(); one = take_source(sources)) {
    if (same_field(one, "'unsafe-inline'")) any = true;
    const bool is_hash = same_field(one.substr(0, 4), "'sha");
    if (is_hash || is_like_nonce(one) || (kind == "script-src" && same_field(one, "'strict-dynamic'"))) return false;
  }
  return any;
}

bool governs(std::string_view policies, std::string_view kind) {
  while (!policies.empty())
    if (sources_of(take_until(policies, ','), kind)) return true;
  return false;
}

}  // namespace

inline_terms inline_terms_of(std::string_view policies, std::string_view kind) {
  inline_terms terms;
  while (!policies.empty()) {
    const auto sources = sources_of(take_until(policies, ','), kind);
    if (!sources || allows_any_inline(*sources, kind)) continue;
    const std::string_view nonce = nonce_of(*sources);
    if (!nonce.empty() && !terms.nonce.empty() && nonce != terms.nonce) return {false, {}};
    if (nonce.empty()) terms.allowed = false;
    else terms.nonce = nonce;
  }
  return terms;
}

// If the enforced policies allow everything inline, they also allow the nonce of a policy that only reports. A file is
// certainly allowed if no enforced policy governs the kind.
inline_terms inline_terms_of(const content_policies& policies, std::string_view kind) {
  const inline_terms enforced = inline_terms_of(policies.enforced, kind);
  if (policies.reported.empty() || !enforced.allowed || !enforced.nonce.empty()) return enforced;
  const inline_terms reported = inline_terms_of(policies.reported, kind);
  return reported.allowed || !governs(policies.enforced, kind) ? reported : enforced;
}

}  // namespace abide::detail
