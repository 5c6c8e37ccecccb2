#pragma once
// A policy under examination. Each file of this folder looks for one kind of what is unwise in it.
#include <cstdint>
#include <string>
#include <vector>

#include "abide/config.hpp"
#include "abide/jurisdiction.hpp"
#include "policy/finding.hpp"

namespace abide::detail::cli {

using rows = std::vector<const jurisdiction*>;

/// A policy, the places it serves, and what is unwise in it.
struct look {
  const config& site;
  std::int64_t now;
  rows served;
  std::vector<finding> found;

  void warn(const std::string& path, std::string text);
};

/// `/cookies/3`
inline std::string path_of(std::size_t cookie) { return std::string("/cookies/") + std::to_string(cookie); }

/// `Germany`, or `Germany and 31 other places`.
template <class test>
std::string places_where(const rows& served, test fits) {
  std::string first;
  std::size_t count = 0;
  for (const jurisdiction* row : served) {
    if (!fits(*row)) continue;
    if (count++ == 0) first = row->code == "ZZ" ? "unknown places" : row->name;
  }
  if (count < 2) return first;
  return first + " and " + std::to_string(count - 1) + (count == 2 ? " other place" : " other places");
}

void look_at_site(look&);
void look_at_places(look&);
void look_at_signals(look&);
void look_at_languages(look&);
void look_at_consent(look&);
void look_at_records(look&);
void look_across_keys(look&);
void look_at_declarations(look&);
void look_for_twins(look&);
void look_at_rules(look&);
void look_for_contradictions(look&);
void look_at_exemptions(look&);

}  // namespace abide::detail::cli
