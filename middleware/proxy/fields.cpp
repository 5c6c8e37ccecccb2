#include "proxy/fields.hpp"

#include <algorithm>
#include <cstring>

#include "base/ascii.hpp"

namespace abide::detail::proxy {

using ascii_text::same;

void fields::each(field_function f, void* context) const {
  for (const field& each : list_) f(context, each.name, each.value);
}

std::string_view fields::first(std::string_view name) const {
  for (const field& each : list_)
    if (same(each.name, name)) return each.value;
  return {};
}

std::size_t fields::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(list_, [&](const field& f) { return same(f.name, name); }));
}

void fields::keep_if(std::string_view name, keep_function keep, void* context) {
  erase_where([&](const field& each) { return same(each.name, name) && !keep(context, each.value); });
}

void fields::add(std::string_view name, std::string_view value) { list_.push_back({kept(name), kept(value)}); }

void fields::replace(std::string_view name, std::string_view value) {
  const field made{kept(name), kept(value)};
  const auto at = std::ranges::find_if(list_, [&](const field& each) { return same(each.name, made.name); });
  if (at == list_.end()) return list_.push_back(made);
  *at = made;
  list_.erase(std::remove_if(at + 1, list_.end(), [&](const field& each) { return same(each.name, made.name); }),
              list_.end());
}

void fields::erase(std::string_view name) {
  erase_where([&](const field& each) { return same(each.name, name); });
}

void fields::clear() {
  list_.clear();
  texts_.release();
}

void fields::borrow(const fields& of) { list_ = of.list_; }

void fields::append_to(std::string& out) const {
  for (const field& each : list_) out.append(each.name).append(": ").append(each.value).append("\r\n");
}

std::string_view fields::kept(std::string_view text) {
  if (text.empty()) return {};
  char* const made = static_cast<char*>(texts_.allocate(text.size(), 1));
  std::memcpy(made, text.data(), text.size());
  return {made, text.size()};
}

}  // namespace abide::detail::proxy
