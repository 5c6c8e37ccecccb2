#pragma once
// `caching: shared`: the copy of a page that all visitors of a regime share, and what its validators say to caches.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "abide/config.hpp"
#include "abide/decision.hpp"
#include "abide/headers.hpp"
#include "pages/browser_files.hpp"

namespace abide::detail {

/// The request field that chooses the copy: `opt_in`, `opt_out` or `notice`. Without it, or with another value, the
/// copy is the strictest one.
inline constexpr std::string_view regime_field = "Abide-Regime";

struct shared_copy {
  decision base;           ///< of a visitor of whom nothing is known
  std::string tag;         ///< what the entity tag of the bare page gets at its end
  bool is_chosen = false;  ///< by the request field
  bool counts_dnt = false;
  bool was_asked_for = false;  ///< the request names an entity tag of this copy
  std::string asked_for;       ///< one that was made of a date
  std::uint16_t named_by = 0;  ///< fields of proxies from which the site's address is known (forwarded_field_name)
};

/// A number for everything that is put into pages beside what a decision says: files, words, templates.
std::uint64_t fingerprint_of_insertions(const config&, const browser_files&, std::int64_t now);

/// The copy for a request. `fixed`: where all visitors are; null: the request field tells the regime.
shared_copy copy_for(const config&, std::uint64_t insertions, const jurisdiction* fixed, const header_section& request,
                     std::int64_t now);

/// Translates the entity tags of this copy into those of the bare page. `only_pages`: the response will be a page if it
/// is HTML, and all other validators are of copies that are none of this one: they are dropped.
void translate_conditions(header_section& request, shared_copy&, bool only_pages);

/// The validators of a page, or of a 304 for one, into which this copy's insertions go.
void mark_copy(header_section& response, const shared_copy&);

}  // namespace abide::detail
