#pragma once
// Fields that speak to one kind of shared cache alone, over Cache-Control's head.
#include <algorithm>
#include <array>
#include <string_view>

#include "abide/signal.hpp"

namespace abide::detail {

/// nginx, Akamai, LiteSpeed, Vercel, Netlify, Cloudflare, and all that read Surrogate-Control or CDN-Cache-Control (RFC
/// 9213).
inline constexpr std::array<std::string_view, 9> cdn_fields{"X-Accel-Expires",
                                                            "Edge-Control",
                                                            "Surrogate-Control",
                                                            "CDN-Cache-Control",
                                                            "Akamai-Cache-Control",
                                                            "Vercel-CDN-Cache-Control",
                                                            "Netlify-CDN-Cache-Control",
                                                            "X-LiteSpeed-Cache-Control",
                                                            "Cloudflare-CDN-Cache-Control"};

inline bool is_cdn_field(std::string_view name) noexcept {
  constexpr std::size_t shortest = 12;
  return name.size() >= shortest && std::any_of(cdn_fields.begin(), cdn_fields.end(),
                                                [&](std::string_view each) { return same_field(name, each); });
}

}  // namespace abide::detail
