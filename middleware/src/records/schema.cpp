#include "records/schema.hpp"

#include <array>

namespace abide::detail {
namespace {

// Never change a released step: add a new one that changes the tables.
constexpr std::array<std::string_view, 4> sqlite_steps{R"sql(
CREATE TABLE abide_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE abide_record (
  chain INTEGER NOT NULL, number INTEGER NOT NULL, form INTEGER NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL,
  time_ms INTEGER NOT NULL, event TEXT NOT NULL, source TEXT NOT NULL, choices TEXT NOT NULL, exception INTEGER NOT NULL,
  notice_version INTEGER NOT NULL, notice_hash TEXT NOT NULL, language TEXT NOT NULL, jurisdiction TEXT NOT NULL,
  place_from TEXT NOT NULL, table_version TEXT NOT NULL, table_checksum INTEGER NOT NULL, gpc INTEGER NOT NULL,
  dnt TEXT NOT NULL, conflict_state TEXT NOT NULL, valid_until INTEGER NOT NULL, previous TEXT NOT NULL,
  key_name TEXT NOT NULL, hash TEXT NOT NULL, mac TEXT NOT NULL,
  PRIMARY KEY (chain, number)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX abide_record_id ON abide_record (id);
CREATE INDEX abide_record_subject ON abide_record (subject);
CREATE TABLE abide_chain (
  chain INTEGER PRIMARY KEY, number INTEGER NOT NULL, hash TEXT NOT NULL, key_name TEXT NOT NULL, mac TEXT NOT NULL) STRICT;
CREATE TABLE abide_anchor (
  chain INTEGER PRIMARY KEY, number INTEGER NOT NULL, hash TEXT NOT NULL, key_name TEXT NOT NULL, mac TEXT NOT NULL) STRICT;
CREATE TABLE abide_account (account TEXT PRIMARY KEY, opted_out_since INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE abide_link (
  account TEXT NOT NULL, subject TEXT NOT NULL, time_ms INTEGER NOT NULL,
  PRIMARY KEY (account, subject)) STRICT, WITHOUT ROWID;
)sql",
                                                       R"sql(
CREATE TABLE abide_text (hash TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
)sql",
                                                       R"sql(
CREATE TABLE abide_ledger (
  chain INTEGER PRIMARY KEY, changes INTEGER NOT NULL, accounts TEXT NOT NULL, links TEXT NOT NULL, texts TEXT NOT NULL,
  lost INTEGER NOT NULL, key_name TEXT NOT NULL, mac TEXT NOT NULL) STRICT;
CREATE TABLE abide_roll (log TEXT PRIMARY KEY, chains TEXT NOT NULL, key_name TEXT NOT NULL, mac TEXT NOT NULL) STRICT;
ALTER TABLE abide_account ADD COLUMN row_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE abide_account ADD COLUMN key_name TEXT NOT NULL DEFAULT '';
ALTER TABLE abide_account ADD COLUMN mac TEXT NOT NULL DEFAULT '';
ALTER TABLE abide_account ADD COLUMN replaced TEXT NOT NULL DEFAULT '';
ALTER TABLE abide_link ADD COLUMN row_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE abide_link ADD COLUMN key_name TEXT NOT NULL DEFAULT '';
ALTER TABLE abide_link ADD COLUMN mac TEXT NOT NULL DEFAULT '';
ALTER TABLE abide_link ADD COLUMN replaced TEXT NOT NULL DEFAULT '';
ALTER TABLE abide_text ADD COLUMN row_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE abide_text ADD COLUMN key_name TEXT NOT NULL DEFAULT '';
ALTER TABLE abide_text ADD COLUMN mac TEXT NOT NULL DEFAULT '';
ALTER TABLE abide_text ADD COLUMN replaced TEXT NOT NULL DEFAULT '';
CREATE INDEX abide_record_subject_time ON abide_record (subject, time_ms, id);
DROP INDEX abide_record_subject;
)sql",
                                                       R"sql(
CREATE TABLE abide_signal (
  minute INTEGER NOT NULL, chain INTEGER NOT NULL, place TEXT NOT NULL, signal TEXT NOT NULL, count INTEGER NOT NULL,
  row_hash TEXT NOT NULL, key_name TEXT NOT NULL, mac TEXT NOT NULL, replaced TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (minute, chain, place, signal)) STRICT, WITHOUT ROWID;
ALTER TABLE abide_ledger ADD COLUMN signals TEXT NOT NULL DEFAULT '';
)sql"};

constexpr std::array<std::string_view, 4> postgres_steps{R"sql(
CREATE TABLE abide_record (
  chain bigint NOT NULL, number bigint NOT NULL, form bigint NOT NULL, id text NOT NULL, subject text NOT NULL,
  time_ms bigint NOT NULL, event text NOT NULL, source text NOT NULL, choices text NOT NULL, exception bigint NOT NULL,
  notice_version bigint NOT NULL, notice_hash text NOT NULL, language text NOT NULL, jurisdiction text NOT NULL,
  place_from text NOT NULL, table_version text NOT NULL, table_checksum bigint NOT NULL, gpc bigint NOT NULL,
  dnt text NOT NULL, conflict_state text NOT NULL, valid_until bigint NOT NULL, previous text NOT NULL,
  key_name text NOT NULL, hash text NOT NULL, mac text NOT NULL,
  PRIMARY KEY (chain, number));
CREATE UNIQUE INDEX abide_record_id ON abide_record (id);
CREATE INDEX abide_record_subject ON abide_record (subject);
CREATE TABLE abide_chain (
  chain bigint PRIMARY KEY, number bigint NOT NULL, hash text NOT NULL, key_name text NOT NULL, mac text NOT NULL);
CREATE TABLE abide_anchor (
  chain bigint PRIMARY KEY, number bigint NOT NULL, hash text NOT NULL, key_name text NOT NULL, mac text NOT NULL);
CREATE TABLE abide_account (account text PRIMARY KEY, opted_out_since bigint NOT NULL);
CREATE TABLE abide_link (
  account text NOT NULL, subject text NOT NULL, time_ms bigint NOT NULL, PRIMARY KEY (account, subject));
)sql",
                                                         R"sql(
CREATE TABLE abide_text (hash text PRIMARY KEY, body text NOT NULL);
)sql",
                                                         R"sql(
CREATE TABLE abide_ledger (
  chain bigint PRIMARY KEY, changes bigint NOT NULL, accounts text NOT NULL, links text NOT NULL, texts text NOT NULL,
  lost bigint NOT NULL, key_name text NOT NULL, mac text NOT NULL);
CREATE TABLE abide_roll (log text PRIMARY KEY, chains text NOT NULL, key_name text NOT NULL, mac text NOT NULL);
ALTER TABLE abide_account ADD COLUMN row_hash text NOT NULL DEFAULT '';
ALTER TABLE abide_account ADD COLUMN key_name text NOT NULL DEFAULT '';
ALTER TABLE abide_account ADD COLUMN mac text NOT NULL DEFAULT '';
ALTER TABLE abide_account ADD COLUMN replaced text NOT NULL DEFAULT '';
ALTER TABLE abide_link ADD COLUMN row_hash text NOT NULL DEFAULT '';
ALTER TABLE abide_link ADD COLUMN key_name text NOT NULL DEFAULT '';
ALTER TABLE abide_link ADD COLUMN mac text NOT NULL DEFAULT '';
ALTER TABLE abide_link ADD COLUMN replaced text NOT NULL DEFAULT '';
ALTER TABLE abide_text ADD COLUMN row_hash text NOT NULL DEFAULT '';
ALTER TABLE abide_text ADD COLUMN key_name text NOT NULL DEFAULT '';
ALTER TABLE abide_text ADD COLUMN mac text NOT NULL DEFAULT '';
ALTER TABLE abide_text ADD COLUMN replaced text NOT NULL DEFAULT '';
CREATE INDEX abide_record_subject_time ON abide_record (subject, time_ms, id);
DROP INDEX abide_record_subject;
)sql",
                                                         R"sql(
CREATE TABLE abide_signal (
  minute bigint NOT NULL, chain bigint NOT NULL, place text NOT NULL, signal text NOT NULL, count bigint NOT NULL,
  row_hash text NOT NULL, key_name text NOT NULL, mac text NOT NULL, replaced text NOT NULL DEFAULT '',
  PRIMARY KEY (minute, chain, place, signal));
ALTER TABLE abide_ledger ADD COLUMN signals text NOT NULL DEFAULT '';
)sql"};

}  // namespace

std::span<const std::string_view> sqlite_schema() noexcept { return sqlite_steps; }
std::span<const std::string_view> postgres_schema() noexcept { return postgres_steps; }

}  // namespace abide::detail
