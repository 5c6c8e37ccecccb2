#pragma once
// Walks of a header section, and lists in fields.
#include <string>
#include <string_view>
#include <vector>

#include "abide/headers.hpp"

namespace abide::detail {

/// Calls `f(name, value)` for every field in order.
template <typename Function>
void for_each_field(const header_section& section, Function f) {
  section.each([](void* context, std::string_view name,
                  std::string_view value) { (*static_cast<Function*>(context))(name, value); },
               &f);
}

/// Removes every field whose name the predicate accepts.
template <typename Predicate>
void erase_fields(header_section& section, Predicate is_meant) {
  std::vector<std::string> names;  // removing fields during the iteration would skip some
  for_each_field(section, [&](std::string_view name, std::string_view) {
    if (is_meant(name)) names.emplace_back(name);
  });
  for (const std::string& name : names) section.erase(name);
}

/// Appends a member to a list such as that of Vary (RFC 9110 section 5.6.1).
inline void append_member(std::string& list, std::string_view member) {
  if (!list.empty()) list += ", ";
  list += member;
}

}  // namespace abide::detail
