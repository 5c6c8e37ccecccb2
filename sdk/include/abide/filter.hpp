#pragma once
// Applies a decision to the two cookie header fields.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/cookie.hpp"
#include "abide/decision.hpp"

namespace abide {

/// One cookie that was seen, and its verdict. Views the field that it came from; do not keep it beyond the observer's
/// call unless you own that field.
struct finding {
  bool from_request = false;
  std::string_view name;
  classification what;
  abide::verdict verdict;
};

/// A callback for every cookie, called in the thread that filters; null: none. It must not throw.
struct observer {
  void (*found)(void* context, const finding&) = nullptr;
  void* context = nullptr;
};

/// A callback that replaces `classify`, for callers that cache its results; null: none. Called in the thread that
/// filters. It must return what `classify(policy, facts)` returns, and must not throw.
struct classifier {
  classification (*classify)(void* context, const policy&, const cookie_facts&) = nullptr;
  void* context = nullptr;
};

/// A decision, ready to be applied to one request and its response. Views policy, decision, host and date, which must
/// outlive it. Any number of threads may use one filter if its callbacks are thread-safe.
struct filter {
  const abide::policy* policy = nullptr;
  const abide::decision* decision = nullptr;
  std::string_view host;  ///< the request's host, lower case, without port
  std::int64_t now = 0;   ///< Unix seconds
  abide::observer observer{};
  abide::classifier classifier{};
  std::string_view date{};  ///< the response's Date field, if any: browsers compare Expires with it
};

/// Buffer size that `filter_cookies` needs: joining cookies by "; " can make a field longer (`!;!;!`).
constexpr std::size_t filtered_size_max(std::size_t field_size) noexcept { return field_size * 2 + 2; }

/// Copies the permitted cookies of one Cookie field to `out`, which must not overlap the field and must hold
/// filtered_size_max(field.size()) bytes. Returns the length and sets `removed` to the number of cookies left out. If
/// that is 0, as always in observe mode, the field is copied unchanged.
[[nodiscard]] ABIDE_API std::size_t filter_cookies(const filter&, std::string_view field, char* out,
                                                   std::size_t& removed) noexcept;

/// What to do with a Set-Cookie field.
enum class set_cookie_action : std::uint8_t {
  remove,       ///< the field is removed
  keep,         ///< the field is sent as it is
  as_deletion,  ///< send what `write_deletion` writes instead: the cookie may be deleted, but not set
};

/// Decides about one Set-Cookie field. Never removes a field that deletes a cookie. Observe mode keeps all fields.
[[nodiscard]] ABIDE_API set_cookie_action filter_set_cookie(const filter&, std::string_view field) noexcept;

}  // namespace abide
