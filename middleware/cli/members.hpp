#pragma once
// The members that several questions share: header fields, place, time, record, visitor. The functions throw
// line_error.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "abide/decision.hpp"

namespace abide::detail::cli {

using header_fields = std::vector<std::pair<std::string_view, std::string_view>>;

/// The member of `object`; null if it is absent or if `object` is not an object.
const nlohmann::json& member_of(const nlohmann::json& object, std::string_view name);

/// A whole number from 0 to `max` (15.0 is whole); nothing for anything else.
std::optional<std::int64_t> whole_of(const nlohmann::json&, std::int64_t max);

/// The number of a service, from its name or from the number of one that is no longer known (`#0a1b2c3d`); 0: invalid.
std::uint32_t read_service(const nlohmann::json&);

/// A category by its name; nothing for anything else.
std::optional<category> read_category(const nlohmann::json&);

/// `headers` of `object`; `path` names it in errors. The views are valid as long as the JSON.
header_fields read_headers(const nlohmann::json& object, std::string_view path);

/// `now`; the system clock's time if it is absent.
std::int64_t read_now(const nlohmann::json& object);

/// Place, time and visitor: what a decision needs besides signals and policy.
struct visit_facts {
  std::string location;  ///< empty: unknown
  std::int64_t now = 0;
  std::optional<abide::record> record;
  abide::visitor visitor;
};
visit_facts read_visit(const nlohmann::json& object);

/// Decides by the facts and by the signals in the fields.
abide::decision decide_for(const policy&, const header_fields&, const visit_facts&);

/// Reads `Sec-GPC` and `DNT` from the fields.
signals signals_in(const header_fields&, joined_values);

/// A source by its name; `path` names it in errors.
abide::source read_source(const nlohmann::json&, std::string_view path);

/// RFC 3339; clamped to the seconds that text can represent: from 1, because 0 means none, to the end of 9999.
std::string timestamp(std::int64_t seconds);

/// null, 0 or 1.
nlohmann::ordered_json dnt_json(dnt_value);

}  // namespace abide::detail::cli
