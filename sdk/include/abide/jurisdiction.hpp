#pragma once
// Where the visitor is, and what the law of that place requires. Data: sdk/data/jurisdictions.tsv.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/category.hpp"

namespace abide {

/// How a place treats cookies that need consent.
enum class regime : std::uint8_t {
  opt_in,   ///< off until a choice
  opt_out,  ///< on until the visitor opts out
  notice,   ///< on; the visitor is only informed
};

/// What the law of the place says about Global Privacy Control. Abide honours the signal everywhere.
enum class gpc_duty : std::uint8_t { none, must, conditional, permissive, ambiguous, policy };

/// Purposes a site may declare exempt from consent (UK PECR Sch. A1; CNIL audience measurement).
enum class exempt_purpose : std::uint8_t { statistical = 1, appearance = 2, emergency = 4 };

/// A range of ages in years, inclusive. `last` < `first`: empty.
struct ages {
  std::uint8_t first = 1, last = 0;
  constexpr bool contain(int age) const noexcept { return age >= first && age <= last; }
};

/// What the law of one place requires. Rows of the built-in table and their texts have static lifetime.
struct jurisdiction {
  std::string_view code;  ///< ISO 3166-1 alpha-2, or `US-CA`; `ZZ`: unknown place, the strictest row
  std::string_view name;
  abide::regime regime;
  category_set on;         ///< on by default
  category_set on_shared;  ///< the same for cookies whose vendor sells or shares what it learns
  gpc_duty duty;
  std::int32_t from;            ///< the law's first day, days since 1970-01-01; INT32_MIN: long in force
  std::int32_t gpc_from;        ///< first day of the signal duty; INT32_MIN: none
  std::uint16_t consent_days;   ///< how long a grant is valid
  std::uint16_t refusal_days;   ///< how long a visitor who refused is not asked again
  ages minors_banned;           ///< no ads and no sale, even with consent
  ages minors_opt_in;           ///< ads and sale are off until a choice
  bool minors_all;              ///< minors_opt_in turns off every category except required, not only ads and sale
  bool dnt_objects;             ///< DNT: 1 can be an objection (GDPR Art. 21(5))
  std::uint8_t exempt;          ///< bits of exempt_purpose
  std::string_view confidence;  ///< high, medium or low: how well the row's sources were read
  std::string_view law, gpc_cite;
  /// Clauses of other laws than `law`; empty: `law` applies.
  std::string_view objection_law, consent_law, conflict_law, incentive_law, minors_law, exempt_law;
};

/// The row of a place such as `DE`, `US-CA`, `ca-qc` or `UK`, in any letter case. If a place has several rows, the
/// latest one in force at `now` (Unix seconds); if none is in force, its country's. Unknown text, `XX`, `T1` and places
/// without a row give `ZZ`. Static lifetime.
[[nodiscard]] ABIDE_API const jurisdiction& find_jurisdiction(std::string_view location, std::int64_t now) noexcept;

/// Every row, sorted by code, then by first day.
struct jurisdiction_table {
  const jurisdiction* rows;
  std::size_t count;
  std::string_view version;  ///< date of the data
  std::uint32_t checksum;    ///< FNV-1a of the source data
  std::size_t bytes;         ///< size of the packed table
};
[[nodiscard]] ABIDE_API jurisdiction_table jurisdictions() noexcept;

/// The version of the data, date and checksum: `2026-11-22.9a3f0c1b`. Static lifetime.
[[nodiscard]] ABIDE_API std::string_view jurisdiction_version() noexcept;

/// A warning, without a full stop, for a row of low confidence; else empty.
[[nodiscard]] ABIDE_API std::string_view caution(const jurisdiction&) noexcept;

/// `opt_in`, `opt_out`, `notice`. Static lifetime.
[[nodiscard]] ABIDE_API std::string_view to_string(regime) noexcept;

}  // namespace abide
