#include "abide/config.hpp"
#include "records/postgres_store.hpp"
#include "records/sqlite_store.hpp"
#include "records/store.hpp"

namespace abide {

std::unique_ptr<store> store_at(const std::string& where, store_use use, std::chrono::milliseconds timeout) {
  constexpr std::string_view sqlite = "sqlite:";
  if (where == "memory:") return std::make_unique<sqlite_store>(where, use, timeout);
  if (where.compare(0, sqlite.size(), sqlite) == 0 && where.size() > sqlite.size())
    return std::make_unique<sqlite_store>(where.substr(sqlite.size()), use, timeout);
  if (where.rfind("postgres://", 0) == 0 || where.rfind("postgresql://", 0) == 0) {
    std::string name = postgres_name(where);
    if (name.empty()) throw config_error("records.store: the PostgreSQL connection string cannot be read");
    return std::make_unique<postgres_store>(where, std::move(name), use, timeout);
  }
  const std::string scheme = where.substr(0, where.find(':'));
  throw config_error("records.store: expected sqlite:FILE, postgres://... or memory:, not \"" + scheme.substr(0, 20) +
                     (where.find(':') == std::string::npos ? "\"" : ":...\""));
}

}  // namespace abide
