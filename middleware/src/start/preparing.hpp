#pragma once
// What a site needs from its machine before it opens its store: keys, the place database, addresses. The command
// `policy check` checks the same.
#include <optional>
#include <string>
#include <vector>

#include "abide/site.hpp"
#include "place/origin.hpp"
#include "place/place.hpp"
#include "policy/finding.hpp"

namespace abide::detail {

struct prepared {
  std::vector<std::string> secrets, retired;
  std::optional<places> where;
  std::optional<detail::origins> origins;
  std::vector<finding> findings;  ///< errors prevent the start of a site; warnings do not
};

/// Tries everything, even after errors. Creates no file and opens no connection.
prepared prepare(const config&, const site_options&);

/// Warns of files that a site must write, but that this process cannot: the store's, and the one for the log's heads.
/// Not part of `prepare`: a site that opens its store warns by itself, and again when the store is available.
std::vector<finding> look_for_unwritable(const config&);

}  // namespace abide::detail
