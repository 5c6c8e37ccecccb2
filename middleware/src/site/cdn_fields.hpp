#pragma once
// Fields for one kind of shared cache, which take precedence over Cache-Control there.
#include "base/field_name.hpp"

namespace abide::detail {

/// The fields of nginx, of Akamai, of caches that read Surrogate-Control, and of Cloudflare's two ways of caching
/// pages. The fields of other caches are recognized by the end of their names (RFC 9213): `CDN-Cache-Control`,
/// `Vercel-CDN-Cache-Control` ...
inline bool is_cdn_field(std::string_view name) noexcept {
  return is_kin_of_field<"-Cache-Control">(name) ||
         field_names<"X-Accel-Expires", "Edge-Control", "Surrogate-Control", "CF-Edge-Cache", "X-HTML-Edge-Cache">::has(
             name);
}

}  // namespace abide::detail
