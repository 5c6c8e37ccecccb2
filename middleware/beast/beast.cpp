#include "abide/beast.hpp"

namespace abide {
namespace {

namespace http = boost::beast::http;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }
boost::beast::string_view view(std::string_view text) { return {text.data(), text.size()}; }

class beast_section final : public header_section {
 public:
  explicit beast_section(http::fields& fields) : fields_(fields) {}

  void each(field_function f, void* context) const override {
    for (const auto& field : fields_) f(context, view(field.name_string()), view(field.value()));
  }
  std::string_view first(std::string_view name) const override { return view(fields_[view(name)]); }
  void keep_if(std::string_view name, keep_function keep, void* context) override {
    auto [at, end] = fields_.equal_range(view(name));
    while (at != end) {
      const auto next = std::next(at);
      if (!keep(context, view(at->value()))) fields_.erase(at);
      at = next;
    }
  }
  void add(std::string_view name, std::string_view value) override {
    if (fits(value)) fields_.insert(view(name), view(value));
  }
  void replace(std::string_view name, std::string_view value) override {
    if (fits(value)) fields_.set(view(name), view(value));
  }
  void erase(std::string_view name) override { fields_.erase(view(name)); }

 private:
  // Beast raises an error beyond this; without the field the application sees no cookie, the strict side.
  static bool fits(std::string_view value) { return value.size() < 65000; }

  http::fields& fields_;
};

}  // namespace

visit begin(const site& s, beast_request_header& header, const connection& from) {
  beast_section section(header);
  return s.begin(view(header.method_string()), view(header.target()), section, from);
}

void identify(visit& v, beast_request_header& header, std::string_view account, const visitor& about) {
  beast_section section(header);
  v.identify(account, about, section);
}

namespace beast_detail {

std::optional<beast_reply> answer(visit& v, beast_request_header& header, std::string_view body, bool keep_alive,
                                  unsigned version) {
  beast_section section(header);
  auto own = v.answer(view(header.method_string()), view(header.target()), section, body);
  if (!own) return {};
  beast_reply reply(static_cast<http::status>(own->status), version);
  for (const auto& [name, value] : own->fields) reply.insert(name, value);
  reply.keep_alive(keep_alive);
  reply.content_length(own->body.size());
  if (header.method() != http::verb::head) reply.body() = std::move(own->body);
  return reply;
}

bool finish(visit& v, beast_response_header& header, std::string* body) {
  beast_section section(header);
  return v.finish(header.result_int(), section, body);
}

}  // namespace beast_detail

}  // namespace abide
