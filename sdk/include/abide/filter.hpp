#pragma once
// Applies a decision to the two cookie header fields.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/cookie.hpp"
#include "abide/decision.hpp"

namespace abide {

/// One cookie that was seen, and what became of it; views live as long as the field it came from.
struct finding {
  bool from_request = false;
  std::string_view name;
  classification what;
  abide::verdict verdict;
};

/// Is told of every cookie; may be null.
struct observer {
  void (*found)(void* context, const finding&) = nullptr;
  void* context = nullptr;
};

/// Says what a cookie is in place of `classify`: for callers that remember answers. May be null. Must answer as
/// `classify(policy, facts)` would, and must not throw.
struct classifier {
  classification (*classify)(void* context, const policy&, const cookie_facts&) = nullptr;
  void* context = nullptr;
};

/// A decision, ready to be applied to one request and its response. Views: all three must outlive it.
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

/// What of a Set-Cookie field may pass.
enum class passing : std::uint8_t {
  no,           ///< nothing
  whole,        ///< the field as it is
  as_deletion,  ///< what `write_deletion` makes of it: its cookie may not be set, but deleted
};

/// Deletions always pass in some form; in observe mode all fields pass whole.
[[nodiscard]] ABIDE_API passing may_set(const filter&, std::string_view field) noexcept;

}  // namespace abide
