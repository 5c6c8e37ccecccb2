#pragma once
// What PostgreSQL's tables look like: as it says, and as Abide made them.
#include <cstddef>
#include <set>
#include <string>
#include <string_view>

namespace abide::detail {

inline constexpr std::string_view create_meta = "CREATE TABLE abide_meta (name text PRIMARY KEY, value text NOT NULL)";

/// Triggers and rules can change anything that is written; Abide creates none.
inline constexpr std::string_view select_added_rules =
    "WITH own AS (SELECT relnamespace AS schema FROM pg_class WHERE oid = to_regclass('abide_record')) SELECT "
    "t.tgname::text, c.relname::text FROM own, pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT "
    "t.tgisinternal AND c.relnamespace = own.schema AND c.relname LIKE 'abide\\_%' UNION ALL SELECT r.rulename::text, "
    "c.relname::text FROM own, pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE c.relnamespace = own.schema AND "
    "c.relname LIKE 'abide\\_%'";
/// `abide_chain.hash text`, `index abide_record_id`, `key abide_chain`.
inline constexpr std::string_view select_tables =
    "WITH own AS (SELECT n.nspname::text AS schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
    "c.oid = to_regclass('abide_record')) SELECT table_name || '.' || column_name || ' ' || data_type FROM own, "
    "information_schema.columns WHERE table_schema = own.schema AND table_name LIKE 'abide\\_%' UNION ALL SELECT CASE "
    "WHEN indexname LIKE '%\\_pkey' THEN 'key ' || tablename ELSE 'index ' || indexname END FROM own, pg_indexes WHERE "
    "schemaname = own.schema AND tablename LIKE 'abide\\_%'";

/// What select_tables returns where nobody changed the tables of a version (schema.hpp).
std::set<std::string> expected_tables(std::size_t version);

}  // namespace abide::detail
