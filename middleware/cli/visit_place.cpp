#include "visit_place.hpp"

#include "lines.hpp"
#include "place/forwarded.hpp"

namespace abide::detail::cli {
namespace {

// The fields of a line, read-only.
class line_section final : public header_section {
 public:
  explicit line_section(const header_fields& fields) : fields_(fields) {}

  void each(field_function f, void* context) const override {
    for (const auto& [name, value] : fields_) f(context, name, value);
  }
  std::string_view first(std::string_view name) const override {
    for (const auto& [each, value] : fields_)
      if (same_field(each, name)) return value;
    return {};
  }
  void keep_if(std::string_view, keep_function, void*) override {}
  void add(std::string_view, std::string_view) override {}
  void replace(std::string_view, std::string_view) override {}
  void erase(std::string_view) override {}

 private:
  const header_fields& fields_;
};

}  // namespace

visit_facts visit_place::read(const nlohmann::json& line, const header_fields& fields) {
  visit_facts facts = read_visit(line);
  const nlohmann::json& peer = member_of(line, "peer");
  if (peer.is_null()) return facts;
  if (!peer.is_string()) throw line_error("peer: expected a string or null");
  if (line.contains("location")) return facts;
  if (!places_) places_.emplace(site_, "");
  const std::string& address = peer.get_ref<const std::string&>();
  const line_section section(fields);
  const bool trusted = places_->proxies().trust(address);
  const std::string_view client =
      trusted ? detail::read_forwarded(section, address, places_->proxies()).client : address;
  facts.location = places_->location(section, trusted, client);
  return facts;
}

}  // namespace abide::detail::cli
