#pragma once
// Statements that both stores understand. Parameters are `$1`, `$2` in the order in which they first appear.
#include <string>

#include "records/store.hpp"

namespace abide::detail {

/// The records of a filter. Parameters: the chain, the subject, the count, as far as the filter has them.
inline std::string select_records(const record_filter& filter) {
  std::string sql = "SELECT " + column_list() + " FROM abide_record WHERE 1 = 1";
  int next = 1;
  const auto parameter = [&] { return "$" + std::to_string(next++); };
  if (filter.chain) sql += " AND chain = " + parameter();
  if (!filter.subject.empty()) sql += " AND subject = " + parameter();
  if (filter.newest > 0)
    return "SELECT * FROM (" + sql + " ORDER BY time_ms DESC, id DESC LIMIT " + parameter() +
           ") AS newest ORDER BY time_ms, id";
  return sql + (filter.subject.empty() ? " ORDER BY chain, number" : " ORDER BY time_ms, id");
}

inline constexpr std::string_view select_heads =
    "SELECT chain, number, hash, key_name, mac FROM abide_chain ORDER BY chain";
inline constexpr std::string_view select_anchors =
    "SELECT chain, number, hash, key_name, mac FROM abide_anchor ORDER BY chain";
inline constexpr std::string_view select_head = "SELECT number, hash FROM abide_chain WHERE chain = $1";
inline constexpr std::string_view select_anchor = "SELECT number FROM abide_anchor WHERE chain = $1";
inline constexpr std::string_view select_last =
    "SELECT number, hash FROM abide_record WHERE chain = $1 ORDER BY number DESC LIMIT 1";
inline constexpr std::string_view select_last_up_to =
    "SELECT chain, number, hash FROM abide_record WHERE chain = $1 AND number <= $2 ORDER BY number DESC LIMIT 1";
inline constexpr std::string_view insert_chain =
    "INSERT INTO abide_chain (chain, number, hash, key_name, mac) VALUES ($1, 0, $2, '', '') ON CONFLICT DO NOTHING";
inline constexpr std::string_view update_head =
    "UPDATE abide_chain SET number = $1, hash = $2, key_name = $3, mac = $4 WHERE chain = $5 AND number = $6 AND hash = $7";
inline constexpr std::string_view upsert_anchor =
    "INSERT INTO abide_anchor (chain, number, hash, key_name, mac) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (chain) DO "
    "UPDATE SET number = excluded.number, hash = excluded.hash, key_name = excluded.key_name, mac = excluded.mac "
    "WHERE abide_anchor.number < excluded.number";
inline constexpr std::string_view delete_records = "DELETE FROM abide_record WHERE chain = $1 AND number <= $2";
inline constexpr std::string_view upsert_link =
    "INSERT INTO abide_link (account, subject, time_ms) VALUES ($1, $2, $3) ON CONFLICT (account, subject) DO UPDATE SET "
    "time_ms = excluded.time_ms WHERE abide_link.time_ms < $4";
inline constexpr std::string_view upsert_opt_out =
    "INSERT INTO abide_account (account, opted_out_since) VALUES ($1, $2) ON CONFLICT (account) DO UPDATE SET "
    "opted_out_since = excluded.opted_out_since";
inline constexpr std::string_view delete_opt_out = "DELETE FROM abide_account WHERE account = $1";
inline constexpr std::string_view insert_text =
    "INSERT INTO abide_text (hash, body) VALUES ($1, $2) ON CONFLICT DO NOTHING";
inline constexpr std::string_view select_texts = "SELECT hash, body FROM abide_text ORDER BY hash";
inline constexpr std::string_view select_text = "SELECT body FROM abide_text WHERE hash = $1";
inline constexpr std::string_view select_links = "SELECT subject FROM abide_link WHERE account = $1 ORDER BY subject";
inline constexpr std::string_view delete_links = "DELETE FROM abide_link WHERE account = $1";
inline constexpr std::string_view select_opt_out = "SELECT opted_out_since FROM abide_account WHERE account = $1";
inline constexpr std::string_view select_id = "SELECT id FROM abide_record WHERE id = $1";
/// The first record to keep: read from the chain's start, so that it stops early.
inline constexpr std::string_view select_first_kept =
    "SELECT number FROM abide_record WHERE chain = $1 AND (time_ms >= $2 OR valid_until >= $2 / 1000) ORDER BY "
    "number LIMIT 1";

}  // namespace abide::detail
