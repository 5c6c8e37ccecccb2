#pragma once
// A header section behind the caller's functions.
#include <cstddef>
#include <string_view>

#include "abide/headers.hpp"
#include "abide/site.h"

namespace abide::detail::c {

/// Whether the caller gave every required function.
bool is_complete(const abide_headers&) noexcept;

/// See walk.h.
using walk_function = int (*)(void* of, int (*keep)(void* context, abide_text name, abide_text value), void* context);

class section final : public header_section {
 public:
  explicit section(const abide_headers&) noexcept;

  void each(field_function f, void* context) const override;
  std::string_view first(std::string_view name) const override;
  void keep_if(std::string_view name, keep_function keep, void* context) override;
  void add(std::string_view name, std::string_view value) override;
  void replace(std::string_view name, std::string_view value) override;
  void erase(std::string_view name) override;
  bool grows_by_chunks_only() const override { return walk_ != nullptr; }
  bool has_one_content_type() const override { return walk_ != nullptr; }

  /// Whether a function of the caller failed.
  bool has_failed() const noexcept { return failed_; }

 private:
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
  std::size_t find(std::string_view name, std::size_t from) const;
  void remove(std::size_t n);
  void erase_from(std::string_view name, std::size_t n);

  const abide_header_functions* with_;
  void* of_;
  walk_function walk_;  ///< null: the caller has none
  bool finds_;          ///< the caller has a `find` function
  bool failed_ = false;
};

}  // namespace abide::detail::c
