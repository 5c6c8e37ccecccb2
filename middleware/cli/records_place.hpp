#pragma once
// STORE and the keys of the records commands.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "abide/config.hpp"
#include "command.hpp"
#include "policy/keys.hpp"
#include "records/store.hpp"

namespace abide::detail::cli {

struct records_place {
  std::string where;
  std::vector<std::string> secrets;  ///< empty: no keys
  std::vector<std::string> retired;  ///< only verify
  std::optional<config> site;        ///< if --policy was given
  std::string policy_file;           ///< empty: none

  std::unique_ptr<keys> signing() const;           ///< null if there are no keys
  std::unique_ptr<store> closed(store_use) const;  ///< not open yet
  std::unique_ptr<store> open(store_use) const;
  bool settle(store&, const keys*) const;   ///< and reports it
  std::vector<std::string> inputs() const;  ///< every file that the command reads
  void must_exist() const;                  ///< so that a mistyped path does not become a new, empty log
};

/// Takes --policy FILE and the word STORE, whose default is the policy's `records.store`. The keys are the policy's, or
/// those of the environment variable ABIDE_KEYS.
records_place take_records(arguments&);

}  // namespace abide::detail::cli
