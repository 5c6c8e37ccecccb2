#pragma once
// Private to beast.hpp: Beast's fields, with any allocator, as a header_section.
#include <cstring>
#include <iterator>
#include <string>
#include <string_view>

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

#include "abide/headers.hpp"

namespace abide::beast_detail {

inline std::string_view view(boost::beast::string_view text) noexcept { return {text.data(), text.size()}; }
inline boost::beast::string_view view(std::string_view text) noexcept { return {text.data(), text.size()}; }

template <bool is_request, class Fields>
Fields& fields_of(boost::beast::http::header<is_request, Fields>& header) noexcept {
  return header;
}

/// The peer's address; `unix:` if it is on this machine, empty if it is unknown.
template <class Layer>
std::string peer_of(const Layer& layer) {
  if constexpr (requires { layer.socket(); }) {
    return peer_of(layer.socket());
  } else {
    boost::system::error_code error;
    const auto peer = layer.remote_endpoint(error);
    if (error) return {};
    if constexpr (requires { peer.address(); }) return peer.address().to_string();
    else if constexpr (requires { peer.path(); }) return "unix:";
    else return {};
  }
}

/// Beast's number of a field name that Abide writes or removes in most exchanges; `unknown` for others. Saves Beast the
/// search among all its known names.
inline boost::beast::http::field field_of(std::string_view name) noexcept {
  using boost::beast::http::field;
  const auto is = [&](const char* known) { return std::memcmp(name.data(), known, name.size()) == 0; };
  switch (name.size()) {
    case 4: return is("Vary") ? field::vary : field::unknown;
    case 6: return is("Cookie") ? field::cookie : field::unknown;
    case 10: return is("Set-Cookie") ? field::set_cookie : field::unknown;
    case 13: return is("Cache-Control") ? field::cache_control : field::unknown;
    default: return field::unknown;
  }
}

template <class Fields>
class section final : public header_section {
 public:
  explicit section(Fields& fields) noexcept : fields_(fields) {}

  void each(field_function f, void* context) const override {
    for (const auto& field : fields_) f(context, view(field.name_string()), view(field.value()));
  }

  std::string_view first(std::string_view name) const override {
    const auto at = fields_.find(view(name));
    return at == fields_.end() ? std::string_view{} : view(at->value());
  }

  void keep_if(std::string_view name, keep_function keep, void* context) override {
    const auto known = field_of(name);
    const auto is_named = [&](const auto& field) {
      constexpr auto unknown = boost::beast::http::field::unknown;
      if (known != unknown && field.name() != unknown) return field.name() == known;
      return boost::beast::iequals(field.name_string(), view(name));  // insert() can leave a known name without number
    };
    for (auto at = fields_.begin(); at != fields_.end();)
      at = is_named(*at) && !keep(context, view(at->value())) ? fields_.erase(at) : std::next(at);
  }

  void add(std::string_view name, std::string_view value) override {
    if (!fits(value)) return;
    if (const auto known = field_of(name); known != boost::beast::http::field::unknown)
      fields_.insert(known, view(value));
    else fields_.insert(view(name), view(value));
  }

  void replace(std::string_view name, std::string_view value) override {
    if (!fits(value)) return erase(name);
    if (const auto known = field_of(name); known != boost::beast::http::field::unknown) fields_.set(known, view(value));
    else fields_.set(view(name), view(value));
  }

  void erase(std::string_view name) override { fields_.erase(view(name)); }

  bool grows_by_chunks_only() const override { return true; }

 private:
  // Beast throws beyond this size. Without the field the application sees no cookie, which is the strict side.
  static bool fits(std::string_view value) noexcept { return value.size() < 65000; }

  Fields& fields_;
};

}  // namespace abide::beast_detail
