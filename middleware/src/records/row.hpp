#pragma once
// A record as the columns of a table, all as texts: as stored, hashed and exported.
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

/// The hash covers this many columns: all before it.
inline constexpr std::size_t hashed_columns = 23;

using row = std::array<std::string, columns.size()>;

/// The state of the log when the record was written. settled: the rows beside the chains were sealed (side.hpp).
enum class record_form : std::uint8_t { old = 1, settled = 2 };

row row_of(const consent_record&, record_form = record_form::settled);

/// The record in a row. Invalid values (of an edited row) become defaults.
consent_record record_of(const row&);

/// `chain, number, ...`
const std::string& column_list();

/// The value of a column; `name` must be a column.
const std::string& cell(const row&, std::string_view name);

}  // namespace abide::detail
