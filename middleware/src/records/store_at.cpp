#include "abide/config.hpp"
#include "records/store.hpp"
#if ABIDE_POSTGRES
#include "records/postgres_store.hpp"
#endif
#if ABIDE_SQLITE
#include "records/sqlite_store.hpp"
#endif

namespace abide::detail {
namespace {

using made_store = std::unique_ptr<store>;

[[maybe_unused]] config_error left_out(const std::string& name, const std::string& option) {
  return config_error("records.store: this library was built without " + name + " (" + option + "=OFF)");
}

#if ABIDE_SQLITE
made_store sqlite_at(const std::string& file, store_use use, std::chrono::milliseconds timeout) {
  return std::make_unique<sqlite_store>(file, use, timeout);
}
#else
made_store sqlite_at(const std::string&, store_use, std::chrono::milliseconds) {
  throw left_out("SQLite", "ABIDE_SQLITE");
}
#endif

#if ABIDE_POSTGRES
made_store postgres_at(const std::string& where, store_use use, std::chrono::milliseconds timeout) {
  std::string name = postgres_name(where);
  if (name.empty())
    throw config_error("records.store: expected a PostgreSQL URL such as postgres://user@host/database");
  return std::make_unique<postgres_store>(where, std::move(name), use, timeout);
}
#else
made_store postgres_at(const std::string&, store_use, std::chrono::milliseconds) {
  throw left_out("PostgreSQL", "ABIDE_POSTGRES");
}
#endif

}  // namespace

std::unique_ptr<store> store_at(const std::string& where, store_use use, std::chrono::milliseconds timeout) {
  constexpr std::string_view sqlite = "sqlite:";
  if (where == in_memory) return sqlite_at(where, use, timeout);
  if (where.starts_with(sqlite) && where.size() > sqlite.size())
    return sqlite_at(where.substr(sqlite.size()), use, timeout);
  if (where.starts_with("postgres://") || where.starts_with("postgresql://")) return postgres_at(where, use, timeout);
  const std::string scheme = where.substr(0, where.find(':'));
  throw config_error("records.store: expected sqlite:FILE, postgres://... or memory:, found \"" + scheme.substr(0, 20) +
                     (where.find(':') == std::string::npos ? "\"" : ":...\""));
}

}  // namespace abide::detail
