#pragma once
// Fields that speak to one kind of shared cache alone, over Cache-Control's head.
#include "base/field_name.hpp"

namespace abide::detail {

/// nginx, Akamai, LiteSpeed, Vercel, Netlify, Cloudflare, and all that read Surrogate-Control or CDN-Cache-Control (RFC
/// 9213).
using cdn_fields = field_names<"X-Accel-Expires", "Edge-Control", "Surrogate-Control", "CDN-Cache-Control",
                               "Akamai-Cache-Control", "Vercel-CDN-Cache-Control", "Netlify-CDN-Cache-Control",
                               "X-LiteSpeed-Cache-Control", "Cloudflare-CDN-Cache-Control">;

}  // namespace abide::detail
