#pragma once
// STORE and the keys, as the records commands take them.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "abide/config.hpp"
#include "command.hpp"
#include "policy/keys.hpp"
#include "records/store.hpp"

namespace abide::detail::cli {
using namespace detail;  // the records' own

struct records_place {
  std::string where;
  std::vector<std::string> secrets;  ///< empty: no keys are known
  std::vector<std::string> retired;  ///< these only verify
  std::optional<config> site;        ///< with --policy

  std::unique_ptr<keys> signing() const;           ///< null without keys
  std::unique_ptr<store> closed(store_use) const;  ///< not yet open
  std::unique_ptr<store> open(store_use) const;
  bool settle(store&, const keys*) const;  ///< and tells
  void must_exist() const;                 ///< a mistyped path must not become a new, empty log
};

/// Takes --policy FILE and the word STORE, which the policy's `records.store` stands in for. The keys are the policy's,
/// else those of the environment variable ABIDE_KEYS.
records_place take_records(arguments&);

}  // namespace abide::detail::cli
