#pragma once
// The marks that verify prints, written elsewhere by the server itself: what is missing from the log later, they show.
#include <string>

#include "records/store.hpp"

namespace abide::detail {

/// Where marks go: `file:PATH`, which grows, or `syslog`.
class mark_keeper {
 public:
  /// Empty: nowhere. Throws config_error for anything else.
  explicit mark_keeper(const std::string& where);
  bool is_on() const { return !where_.empty(); }
  /// All heads and ledgers of the store, as lines. Empty, or what is wrong with the place. Throws store_error.
  std::string keep(store&) const;

 private:
  std::string append(const std::string& text) const;
  std::string where_;
};

}  // namespace abide::detail
