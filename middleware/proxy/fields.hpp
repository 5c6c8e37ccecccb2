#pragma once
// The header section of a message that is passed on: views of what was received, and its own texts that were added.
#include <array>
#include <cstddef>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "abide/headers.hpp"

namespace abide::detail::proxy {

struct field {
  std::string_view name, value;
};

class fields final : public header_section {
 public:
  fields() = default;
  fields(const fields&) = delete;
  fields& operator=(const fields&) = delete;

  void each(field_function, void* context) const override;
  std::string_view first(std::string_view name) const override;
  void keep_if(std::string_view name, keep_function, void* context) override;
  void add(std::string_view name, std::string_view value) override;
  void replace(std::string_view name, std::string_view value) override;
  void erase(std::string_view name) override;

  /// Adds a field without a copy: the texts must live as long as the section.
  void add_received(std::string_view name, std::string_view value) { list_.push_back({name, value}); }
  void clear();
  /// Makes the fields those of `of`; they view the same texts.
  void borrow(const fields& of);
  const std::vector<field>& all() const noexcept { return list_; }
  template <class Predicate>
  void erase_where(Predicate is_out) {
    std::erase_if(list_, is_out);
  }
  std::size_t count(std::string_view name) const noexcept;
  /// Appends `Name: value` and CRLF for every field.
  void append_to(std::string& out) const;

 private:
  std::string_view kept(std::string_view text);

  std::vector<field> list_;
  std::array<char, 1024> room_;
  std::pmr::monotonic_buffer_resource texts_{room_.data(), room_.size()};
};

}  // namespace abide::detail::proxy
