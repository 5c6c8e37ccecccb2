#pragma once
// Made by middleware/words/generate.mjs from the tables beside it: change those.
// The words of each enum by their number (of exempt_purpose by the number of the bit), and other spellings of them.
// clang-format off
#include <array>
#include <cstddef>
#include <string_view>

namespace abide::detail::words {

struct spelling {
  std::string_view text;
  std::size_t number;
};

inline constexpr std::array<std::string_view, 4> category{
    "required", "analytics", "functional", "targeting"};
inline constexpr std::array<std::string_view, 8> source{
    "none", "banner", "settings", "gpc_header", "gpc_js", "dnt", "account", "api"};
inline constexpr std::array<std::string_view, 6> evidence{
    "policy", "catalog", "pattern", "host", "model", "rule"};
inline constexpr std::array<std::string_view, 12> wish{
    "reject-all", "accept-all", "save", "opt-out", "withdraw", "object", "undo", "signal", "add", "confirm", "allow-service", "withdraw-service"};
inline constexpr std::array<std::string_view, 11> rule{
    "D0", "D1", "D2", "D3a", "D3b", "D3c", "D4", "D5", "D6e", "D6", "D5s"};
inline constexpr std::array<std::string_view, 4> notice{
    "none", "banner", "status", "objection"};
inline constexpr std::array<std::string_view, 3> regime{
    "opt_in", "opt_out", "notice"};
inline constexpr std::array<std::string_view, 6> gpc_duty{
    "none", "must", "conditional", "permissive", "ambiguous", "policy"};
inline constexpr std::array<std::string_view, 3> exempt_purpose{
    "statistical", "appearance", "emergency"};
inline constexpr std::array<std::string_view, 9> request_type{
    "other", "image", "script", "frame", "beacon", "fetch", "style", "font", "media"};
inline constexpr std::array<spelling, 8> request_type_also{{
    {"img", 1}, {"iframe", 3}, {"sub_frame", 3}, {"ping", 4}, {"xhr", 5}, {"xmlhttprequest", 5}, {"stylesheet", 6}, {"video", 8}}};

}  // namespace abide::detail::words
// clang-format on
