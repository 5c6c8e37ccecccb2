#pragma once
// The heads that this process wrote. A later head in the store must not be older.
#include <map>
#include <string>

#include "records/store.hpp"

namespace abide::detail {

class own_heads {
 public:
  void keep(const chain_place& written) { heads_[written.chain] = written; }
  /// Null: this process wrote nothing in that chain.
  const chain_place* of(std::uint64_t chain) const {
    const auto at = heads_.find(chain);
    return at == heads_.end() ? nullptr : &at->second;
  }
  /// Throws store_error if the head found is older than one that this process wrote.
  void check(const std::string& store, const chain_place& found) const {
    const chain_place* own = of(found.chain);
    if (!own || found.number > own->number || (found.number == own->number && found.hash == own->hash)) return;
    throw store_error(put_back(store, found.chain, own->number));
  }
  static std::string put_back(const std::string& store, std::uint64_t chain, std::uint64_t number) {
    return store + ": record " + std::to_string(number) + " of chain " + std::to_string(chain) +
           ", which this process wrote, is missing or changed: an older log was restored; run abide records verify "
           "(after a restart, Abide continues from the log that is there)";
  }

 private:
  std::map<std::uint64_t, chain_place> heads_;
};

}  // namespace abide::detail
