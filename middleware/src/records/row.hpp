#pragma once
// A record as the columns of a table: all texts, as they are stored, hashed and exported.
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "abide/records.hpp"

namespace abide::detail {

struct column {
  std::string_view name;
  bool is_number;
};

inline constexpr std::array<column, 25> columns{{
    {"chain", true},          {"number", true},        {"form", true},           {"id", false},
    {"subject", false},       {"time_ms", true},       {"event", false},         {"source", false},
    {"choices", false},       {"exception", true},     {"notice_version", true}, {"notice_hash", false},
    {"language", false},      {"jurisdiction", false}, {"place_from", false},    {"table_version", false},
    {"table_checksum", true}, {"gpc", true},           {"dnt", false},           {"conflict_state", false},
    {"valid_until", true},    {"previous", false},     {"key_name", false},      {"hash", false},
    {"mac", false},
}};

/// How many of the columns the hash covers: all up to it.
inline constexpr std::size_t hashed_columns = 23;

using row = std::array<std::string, columns.size()>;

/// What the log was when the record was written: `settled` when what stands beside the chains was sealed (side.hpp).
enum class record_form : std::uint8_t { old = 1, settled = 2 };

row row_of(const consent_record&, record_form = record_form::settled);

/// The record that a row tells. Values that no record has (an edited row's) become their defaults.
consent_record record_of(const row&);

/// `chain, number, ...`
const std::string& column_list();

/// The value of a column; the name must be one.
const std::string& cell(const row&, std::string_view name);

bool is_subject(std::string_view) noexcept;
inline constexpr std::string_view subject_expected = "subject: expected 16 to 64 of [0-9A-Za-z_-]";

/// Empty, or why the event cannot be stored: `subject: expected ...`.
std::string why_refused(const consent_event&);

}  // namespace abide::detail
