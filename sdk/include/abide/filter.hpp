#pragma once
// Applies a decision to the two cookie header fields.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/cookie.hpp"
#include "abide/decision.hpp"

namespace abide {

/// One cookie that was seen, and what became of it. Its views live as long as the field it came from, and only during
/// the call to an observer where the caller does not keep that field.
struct finding {
  bool from_request = false;
  std::string_view name;
  classification what;
  abide::verdict verdict;
};

/// A callback that is called for every cookie, in the thread that filters; null: none. It must not throw.
struct observer {
  void (*found)(void* context, const finding&) = nullptr;
  void* context = nullptr;
};

/// A callback that classifies a cookie in place of `classify`: for callers that cache answers; null: none. It is called
/// in the thread that filters, must answer as `classify(policy, facts)` would, and must not throw.
struct classifier {
  classification (*classify)(void* context, const policy&, const cookie_facts&) = nullptr;
  void* context = nullptr;
};

/// A decision, ready to be applied to one request and its response. Policy, decision, host and date are views that must
/// outlive it. Any number of threads may use one filter, if its callbacks allow that.
struct filter {
  const abide::policy* policy = nullptr;
  const abide::decision* decision = nullptr;
  std::string_view host;  ///< that the request names, lower case, without port
  std::int64_t now = 0;   ///< Unix seconds
  abide::observer observer{};
  abide::classifier classifier{};
  std::string_view date{};  ///< the response's Date field, where it has one: browsers read Expires against it
};

/// Room `filter_cookies` needs: joining pieces by "; " can make a field longer (`!;!;!`).
constexpr std::size_t filtered_size_max(std::size_t field_size) noexcept { return field_size * 2 + 2; }

/// Copies the cookies of one Cookie field that may be used to `out`, which must not overlap the field and must hold
/// filtered_size_max(field.size()) bytes. Returns the length; `removed` counts the cookies left out. When none is
/// left out the copy is the field as it was. In observe mode nothing is left out.
[[nodiscard]] ABIDE_API std::size_t filter_cookies(const filter&, std::string_view field, char* out,
                                                   std::size_t& removed) noexcept;

/// What to do with a Set-Cookie field.
enum class set_cookie_action : std::uint8_t {
  remove,       ///< the field is removed
  keep,         ///< the field is sent as it is
  as_deletion,  ///< send what `write_deletion` makes of it: its cookie may not be set, but deleted
};

/// A field that deletes a cookie is kept or sent as a deletion, never removed; in observe mode all fields are kept.
[[nodiscard]] ABIDE_API set_cookie_action filter_set_cookie(const filter&, std::string_view field) noexcept;

}  // namespace abide
