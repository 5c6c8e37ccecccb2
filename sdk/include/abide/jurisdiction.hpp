#pragma once
// Where the visitor is, and what the law of that place asks. Data: sdk/data/jurisdictions.tsv.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "abide/api.h"
#include "abide/category.hpp"

namespace abide {

/// How a place treats cookies that need consent.
enum class regime : std::uint8_t {
  opt_in,   ///< off until a choice
  opt_out,  ///< on, with an opt-out that must work
  notice,   ///< tell, no gate
};

/// What the place's law says of Global Privacy Control; the product honours it everywhere.
enum class gpc_duty : std::uint8_t { none, must, conditional, permissive, ambiguous, policy };

/// Purposes a site may declare exempt from consent (UK PECR Sch. A1; CNIL audience measurement).
enum class exempt_purpose : std::uint8_t { statistical = 1, appearance = 2, emergency = 4 };

/// Ages, inclusive. `last` < `first`: none.
struct ages {
  std::uint8_t first = 1, last = 0;
  constexpr bool contain(int age) const noexcept { return age >= first && age <= last; }
};

/// What the law of one place asks. Rows of the built-in table live for ever, and so do their texts.
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
  std::uint16_t refusal_days;   ///< how long a refusal is not asked again
  ages minors_banned;           ///< no ads, no sale: consent does not cure it
  ages minors_opt_in;           ///< ads and sale are off until a choice
  bool minors_all;              ///< minors_opt_in turns off every category but required, not ads and sale alone
  bool dnt_objects;             ///< DNT: 1 can be an objection (GDPR Art. 21(5))
  std::uint8_t exempt;          ///< bits of exempt_purpose
  std::string_view confidence;  ///< high, medium or low: how well the row's sources were read
  std::string_view law, gpc_cite;
  /// The clauses that are not `law`'s; empty where there is none of its own.
  std::string_view objection_law, consent_law, conflict_law, incentive_law, minors_law, exempt_law;
};

/// The row of a place: `DE`, `US-CA`, `ca-qc`, `UK`; in any letter case. Of several rows of one place the latest that
/// is in force at `now` (Unix seconds); where none is, its country's. Unknown text, `XX`, `T1` and places without a
/// row: `ZZ`. Lives for ever.
[[nodiscard]] ABIDE_API const jurisdiction& find_jurisdiction(std::string_view location, std::int64_t now) noexcept;

/// Every row, sorted by code, then by first day.
struct jurisdiction_table {
  const jurisdiction* rows;
  std::size_t count;
  std::string_view version;  ///< the day the data stands for
  std::uint32_t checksum;    ///< FNV-1a of the source data
  std::size_t bytes;         ///< size of the packed table
};
[[nodiscard]] ABIDE_API jurisdiction_table jurisdictions() noexcept;

/// Names the data in one word, day and checksum: `2026-11-22.9a3f0c1b`.
[[nodiscard]] ABIDE_API std::string_view jurisdiction_version() noexcept;

/// A warning, without a full stop, for a row whose sources were not read well; else empty.
[[nodiscard]] ABIDE_API std::string_view caution(const jurisdiction&) noexcept;

/// `opt_in`, `opt_out`, `notice`; lives for ever.
[[nodiscard]] ABIDE_API std::string_view to_string(regime) noexcept;

}  // namespace abide
