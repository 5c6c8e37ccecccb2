#pragma once
// A header section with the C and the C++ interface, over the same list.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "abide/headers.hpp"
#include "abide/signal.hpp"
#include "abide/site.h"
#include "c/walk.h"

namespace c_test {

using field_list = std::vector<std::pair<std::string, std::string>>;

inline std::string_view view(abide_text text) { return {text.data, text.size}; }
inline abide_text text(std::string_view words) { return {words.data(), words.size()}; }

/// The C interface. `failing`: the function whose calls all fail.
struct c_fields {
  field_list list;
  enum { none, set, add, remove } failing = none;

  static c_fields& in(void* of) { return *static_cast<c_fields*>(of); }

  static int get_field(void* of, size_t n, abide_text* name, abide_text* value) {
    const field_list& all = in(of).list;
    if (n >= all.size()) return 0;
    *name = text(all[n].first);
    *value = text(all[n].second);
    return 1;
  }
  static int set_field(void* of, size_t n, abide_text value) {
    if (in(of).failing == set) return 0;
    in(of).list[n].second = std::string(view(value));
    return 1;
  }
  static int add_field(void* of, abide_text name, abide_text value) {
    if (in(of).failing == add) return 0;
    in(of).list.emplace_back(view(name), view(value));
    return 1;
  }
  static int remove_field(void* of, size_t n) {
    if (in(of).failing == remove) return 0;
    in(of).list.erase(in(of).list.begin() + static_cast<std::ptrdiff_t>(n));
    return 1;
  }
  static size_t find_field(void* of, abide_text name) {
    const field_list& all = in(of).list;
    const auto is_named = [&](const auto& field) { return abide::same_field(field.first, view(name)); };
    const auto at = std::find_if(all.begin(), all.end(), is_named);
    return at == all.end() ? SIZE_MAX : static_cast<size_t>(at - all.begin());
  }

  /// As walk.h specifies.
  static int walk_fields(void* of, int (*keep)(void*, abide_text, abide_text), void* context) {
    std::size_t n = 0;
    while (n < in(of).list.size()) {
      const auto& [name, value] = in(of).list[n];
      if (keep(context, text(name), text(value))) ++n;
      else if (!remove_field(of, n)) return 0;
    }
    return 1;
  }

  /// Which of the optional functions to provide.
  enum class table { get_only, finds, walks };
  abide_headers shown(table with = table::finds) {
    static const abide_header_functions all{sizeof all, get_field, set_field, add_field, remove_field, find_field};
    static const abide_header_functions few{sizeof few, get_field, set_field, add_field, remove_field, nullptr};
    static const abide_walked_functions walked{
        {sizeof walked, get_field, set_field, add_field, remove_field, find_field}, walk_fields};
    if (with == table::walks) return {&walked.shown, this};
    return {with == table::finds ? &all : &few, this};
  }
};

/// The C++ interface.
class cpp_fields final : public abide::header_section {
 public:
  explicit cpp_fields(field_list from) : list(std::move(from)) {}
  field_list list;

  void each(field_function f, void* context) const override {
    for (const auto& [name, value] : list) f(context, name, value);
  }
  std::string_view first(std::string_view name) const override {
    for (const auto& field : list)
      if (abide::same_field(field.first, name)) return field.second;
    return {};
  }
  void keep_if(std::string_view name, keep_function keep, void* context) override {
    field_list kept;
    for (auto& field : list)
      if (!abide::same_field(field.first, name) || keep(context, field.second)) kept.push_back(field);
    list = std::move(kept);
  }
  void add(std::string_view name, std::string_view value) override { list.emplace_back(name, value); }
  void replace(std::string_view name, std::string_view value) override {
    const std::string copy(value);
    const auto is_named = [&](const auto& field) { return abide::same_field(field.first, name); };
    const auto at = std::find_if(list.begin(), list.end(), is_named);
    if (at == list.end()) return add(name, copy);
    at->second = copy;
    list.erase(std::remove_if(at + 1, list.end(), is_named), list.end());
  }
  void erase(std::string_view name) override {
    std::erase_if(list, [&](const auto& field) { return abide::same_field(field.first, name); });
  }
};

}  // namespace c_test
