#pragma once
// What Abide may insert into a page under its Content-Security-Policy.
#include <string>
#include <string_view>

namespace abide::detail {

/// Whether inline scripts or styles are allowed: with the nonce, or without one if it is empty.
struct inline_terms {
  bool allowed = true;
  std::string_view nonce{};  ///< files need it too; views the policies
};

/// The terms for `kind` (script-src or style-src) under all policies of a response; `policies`: its fields, joined by
/// commas.
/// Every policy that governs the kind, by `kind`-elem, `kind` or default-src, must name the same nonce, or allow any by
/// 'unsafe-inline'. If one names none, files remain, which another policy may allow by its nonce alone.
///
///     policies   = policy *( "," policy )                     ; CSP 3, 2.2 and 3.1
///     policy     = directive *( ";" [ directive ] )           ; of two with one name the first counts
///     directive  = *WSP name [ 1*WSP sources ] *WSP
///     nonce      = "'nonce-" 1*( ALPHA / DIGIT / "+" / "/" / "-" / "_" / "=" ) "'"
inline_terms inline_terms_of(std::string_view policies, std::string_view kind);

/// The policies of a page, joined by commas: those that are enforced, and those that only report.
struct content_policies {
  std::string enforced, reported;
};

/// The terms under both. The enforced policies decide; where they leave a choice, the terms avoid what would be
/// reported.
inline_terms inline_terms_of(const content_policies&, std::string_view kind);

}  // namespace abide::detail
