#pragma once
// A header section without an HTTP library: a list of fields.
#include <string>
#include <utility>
#include <vector>

#include "abide/headers.hpp"
#include "abide/signal.hpp"

class field_list final : public abide::header_section {
 public:
  std::vector<std::pair<std::string, std::string>> list;

  field_list() = default;
  field_list(std::initializer_list<std::pair<std::string, std::string>> fields) : list(fields) {}

  /// The values of all fields of this name, with ` | ` between them.
  std::string all(std::string_view name) const {
    std::string out;
    for (const auto& [n, v] : list)
      if (abide::same_field(n, name)) out += (out.empty() ? "" : " | ") + v;
    return out;
  }

  void each(field_function f, void* context) const override {
    for (const auto& [name, value] : list) f(context, name, value);
  }
  std::string_view first(std::string_view name) const override {
    for (const auto& [n, v] : list)
      if (abide::same_field(n, name)) return v;
    return {};
  }
  void keep_if(std::string_view name, keep_function keep, void* context) override {
    std::erase_if(
        list, [&](const auto& field) { return abide::same_field(field.first, name) && !keep(context, field.second); });
  }
  void add(std::string_view name, std::string_view value) override { list.emplace_back(name, value); }
  void replace(std::string_view name, std::string_view value) override {
    const std::string kept(value);  // the value may view a field that is removed
    erase(name);
    list.emplace_back(name, kept);
  }
  bool grows_by_chunks_only() const override { return by_chunks_only; }
  bool by_chunks_only = false;

  void erase(std::string_view name) override {
    std::erase_if(list, [&](const auto& field) { return abide::same_field(field.first, name); });
  }
};
