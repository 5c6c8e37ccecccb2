#pragma once
// The server writes the marks that verify prints to another place; they show what is later missing from the log.
#include <string>

#include "records/store.hpp"

namespace abide::detail {

/// Appends marks to `file:PATH` or sends them to `syslog`.
class mark_keeper {
 public:
  /// `where`: empty: nowhere. Throws config_error for any other place.
  explicit mark_keeper(const std::string& where);
  bool is_on() const { return !where_.empty(); }
  /// Writes all heads and ledgers of the store, as lines. Returns what is wrong with the place; empty: nothing. Throws
  /// store_error.
  std::string keep(store&) const;

 private:
  std::string append(const std::string& text) const;
  std::string where_;
};

}  // namespace abide::detail
