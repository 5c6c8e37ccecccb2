#pragma once
// Fields that speak to one kind of shared cache alone, over Cache-Control's head.
#include "base/field_name.hpp"

namespace abide::detail {

/// nginx, Akamai, all that read Surrogate-Control, and Cloudflare's two ways of caching pages; and by the end of its
/// name the field of any other cache, as RFC 9213 has it: `CDN-Cache-Control`, `Vercel-CDN-Cache-Control` ...
inline bool is_cdn_field(std::string_view name) noexcept {
  return is_kin_of_field<"-Cache-Control">(name) ||
         field_names<"X-Accel-Expires", "Edge-Control", "Surrogate-Control", "CF-Edge-Cache", "X-HTML-Edge-Cache">::has(
             name);
}

}  // namespace abide::detail
