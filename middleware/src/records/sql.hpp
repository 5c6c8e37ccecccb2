#pragma once
// SQL for both stores. Parameters are `$1`, `$2`, numbered in order of first use.
#include <array>
#include <string>
#include <string_view>

#include "records/schema.hpp"
#include "records/store.hpp"

namespace abide::detail {

/// Selects the records of a filter. Parameters: chain, subject and count, as far as the filter has them.
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
    "SELECT number, hash FROM abide_record WHERE chain = $1 AND number <= $2 ORDER BY number DESC LIMIT 1";
inline constexpr std::string_view insert_chain =
    "INSERT INTO abide_chain (chain, number, hash, key_name, mac) VALUES ($1, 0, $2, '', '') ON CONFLICT DO NOTHING";
inline constexpr std::string_view update_head =
    "UPDATE abide_chain SET number = $1, hash = $2, key_name = $3, mac = $4 WHERE chain = $5 AND number = $6 AND hash = $7";
inline constexpr std::string_view upsert_anchor =
    "INSERT INTO abide_anchor (chain, number, hash, key_name, mac) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (chain) DO "
    "UPDATE SET number = excluded.number, hash = excluded.hash, key_name = excluded.key_name, mac = excluded.mac "
    "WHERE abide_anchor.number < excluded.number";
inline constexpr std::string_view delete_records = "DELETE FROM abide_record WHERE chain = $1 AND number <= $2";
// ---- The rows beside the chains, by side: accounts, links, texts, counts of signals.
using side_statements = std::array<std::string_view, sides.size()>;

/// Parameters: the table's cells, the hash, the key's name, the MAC; for a link also renew_ms and ahead_ms.
inline constexpr side_statements put_side{
    "INSERT INTO abide_account (account, opted_out_since, row_hash, key_name, mac) VALUES ($1, $2, $3, $4, $5) ON "
    "CONFLICT (account) DO UPDATE SET opted_out_since = excluded.opted_out_since, replaced = abide_account.row_hash, "
    "row_hash = excluded.row_hash, key_name = excluded.key_name, mac = excluded.mac RETURNING replaced",
    "INSERT INTO abide_link (account, subject, time_ms, row_hash, key_name, mac) VALUES ($1, $2, $3, $4, $5, $6) ON "
    "CONFLICT (account, subject) DO UPDATE SET time_ms = excluded.time_ms, replaced = abide_link.row_hash, "
    "row_hash = excluded.row_hash, key_name = excluded.key_name, mac = excluded.mac "
    "WHERE abide_link.time_ms < $7 OR abide_link.time_ms > $8 RETURNING replaced",
    "INSERT INTO abide_text (hash, body, row_hash, key_name, mac) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hash) DO "
    "UPDATE SET body = excluded.body, replaced = abide_text.row_hash, row_hash = excluded.row_hash, "
    "key_name = excluded.key_name, mac = excluded.mac WHERE abide_text.body = '' AND excluded.body <> '' "
    "RETURNING replaced",
    "INSERT INTO abide_signal (minute, chain, place, signal, count, row_hash, key_name, mac) VALUES ($1, $2, $3, $4, $5, "
    "$6, $7, $8) ON CONFLICT (minute, chain, place, signal) DO UPDATE SET count = excluded.count, "
    "replaced = abide_signal.row_hash, row_hash = excluded.row_hash, key_name = excluded.key_name, mac = excluded.mac "
    "RETURNING replaced"};
/// Parameter: the key; for signals a time: deletes the oldest minutes before it, up to a number of rows.
inline constexpr side_statements take_side{
    "DELETE FROM abide_account WHERE account = $1 RETURNING account, '', opted_out_since, row_hash, key_name, mac",
    "DELETE FROM abide_link WHERE account = $1 RETURNING account, subject, time_ms, row_hash, key_name, mac",
    "DELETE FROM abide_text WHERE hash = $1 RETURNING hash, '', body, row_hash, key_name, mac",
    "DELETE FROM abide_signal WHERE (minute, chain, place, signal) IN (SELECT minute, chain, place, signal FROM "
    "abide_signal WHERE minute < $1 ORDER BY minute LIMIT 5000) RETURNING minute, chain, place, signal, count, row_hash, "
    "key_name, mac"};
inline constexpr side_statements select_side{
    "SELECT account, '', opted_out_since, row_hash, key_name, mac FROM abide_account ORDER BY account",
    "SELECT account, subject, time_ms, row_hash, key_name, mac FROM abide_link ORDER BY account, subject",
    "SELECT hash, '', body, row_hash, key_name, mac FROM abide_text ORDER BY hash",
    "SELECT minute, chain, place, signal, count, row_hash, key_name, mac FROM abide_signal ORDER BY minute, chain, place, "
    "signal"};
inline constexpr std::string_view select_signal =
    "SELECT count FROM abide_signal WHERE minute = $1 AND chain = $2 AND place = $3 AND signal = $4";
inline constexpr std::string_view select_last_minute = "SELECT minute FROM abide_signal ORDER BY minute DESC LIMIT 1";
/// Parameters: the hash, the key's name, the MAC, then the table's cells.
inline constexpr side_statements seal_side{
    "UPDATE abide_account SET row_hash = $1, key_name = $2, mac = $3 WHERE account = $4 AND opted_out_since = $5 AND "
    "row_hash = ''",
    "UPDATE abide_link SET row_hash = $1, key_name = $2, mac = $3 WHERE account = $4 AND subject = $5 AND time_ms = $6 "
    "AND row_hash = ''",
    "UPDATE abide_text SET row_hash = $1, key_name = $2, mac = $3 WHERE hash = $4 AND body = $5 AND row_hash = ''",
    "UPDATE abide_signal SET row_hash = $1, key_name = $2, mac = $3 WHERE minute = $4 AND chain = $5 AND place = $6 AND "
    "signal = $7 AND count = $8 AND row_hash = ''"};

inline std::string_view of(const side_statements& list, side kind) { return list[static_cast<std::size_t>(kind)]; }

inline constexpr std::string_view select_ledgers =
    "SELECT chain, changes, accounts, links, texts, lost, key_name, mac, signals FROM abide_ledger ORDER BY chain";
inline constexpr std::string_view select_ledgers_before_signals =
    "SELECT chain, changes, accounts, links, texts, lost, key_name, mac, '' FROM abide_ledger ORDER BY chain";
inline std::string_view select_ledgers_of(std::int64_t version) {
  return version >= counting_version ? select_ledgers : select_ledgers_before_signals;
}
inline constexpr std::string_view upsert_ledger =
    "INSERT INTO abide_ledger (chain, changes, accounts, links, texts, lost, key_name, mac, signals) VALUES ($1, $2, $3, "
    "$4, $5, $6, $7, $8, $9) ON CONFLICT (chain) DO UPDATE SET changes = excluded.changes, accounts = excluded.accounts, "
    "links = excluded.links, texts = excluded.texts, lost = excluded.lost, key_name = excluded.key_name, "
    "mac = excluded.mac, signals = excluded.signals";
inline constexpr std::string_view select_roll = "SELECT chains, key_name, mac FROM abide_roll WHERE log = $1";
inline constexpr std::string_view upsert_roll =
    "INSERT INTO abide_roll (log, chains, key_name, mac) VALUES ($1, $2, $3, $4) ON CONFLICT (log) DO UPDATE SET "
    "chains = excluded.chains, key_name = excluded.key_name, mac = excluded.mac";
inline constexpr std::string_view select_note = "SELECT value FROM abide_meta WHERE name = $1";
inline constexpr std::string_view upsert_note =
    "INSERT INTO abide_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
inline constexpr std::string_view select_last_time =
    "SELECT time_ms FROM abide_record WHERE chain = $1 ORDER BY number DESC LIMIT 1";
inline constexpr std::string_view select_named_texts =
    "SELECT DISTINCT notice_hash FROM abide_record WHERE notice_hash <> ''";
inline constexpr std::string_view select_sealed_record = "SELECT 1 FROM abide_record WHERE form = 2 LIMIT 1";
inline constexpr std::string_view select_texts = "SELECT hash, body FROM abide_text WHERE body <> '' ORDER BY hash";
inline constexpr std::string_view select_text = "SELECT body FROM abide_text WHERE hash = $1 AND body <> ''";
inline constexpr std::string_view select_opt_out = "SELECT opted_out_since FROM abide_account WHERE account = $1";
inline constexpr std::string_view select_id = "SELECT id FROM abide_record WHERE id = $1";
/// The first record to keep. Scans from the start of the chain, so that it stops early. What may take a grant back is
/// kept until $3 although its own term has ended.
inline constexpr std::string_view select_first_kept =
    "SELECT number FROM abide_record WHERE chain = $1 AND (time_ms >= $2 OR valid_until >= $2 / 1000 OR "
    "(event NOT IN ('grant', 'deny') AND time_ms >= $3)) ORDER BY number LIMIT 1";

}  // namespace abide::detail
