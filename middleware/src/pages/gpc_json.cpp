#include "pages/gpc_json.hpp"

#include <nlohmann/json.hpp>

#include "abide/record.hpp"
#include "base/ascii.hpp"
#include "words/words.hpp"

namespace abide::detail {
namespace {

// 204, 205 and 206 are successful, but do not carry the whole resource.
bool has_representation(int status) { return status >= 200 && status <= 299 && (status < 204 || status > 206); }

bool is_json_type(std::string_view content_type) {
  return ascii_text::same(ascii_text::trimmed(ascii_text::take_until(content_type, ';')), "application/json");
}

// The library treats a NUL as the end of the text. It skips a byte order mark, as browsers do.
nlohmann::json parse(std::string_view body) {
  if (body.find('\0') != std::string_view::npos) return nlohmann::json::value_t::discarded;
  return nlohmann::json::parse(body, nullptr, false);
}

gpc_answer read_answer(const nlohmann::json& resource) {
  const auto member = resource.find("gpc");
  if (member == resource.end() || !member->is_boolean()) return gpc_answer::unknown;  // GPC-18
  return member->get<bool>() ? gpc_answer::abides : gpc_answer::does_not_abide;
}

std::optional<std::string> read_last_update(const nlohmann::json& resource) {
  const auto member = resource.find("lastUpdate");
  if (member == resource.end() || !member->is_string()) return {};
  const auto& text = member->get_ref<const std::string&>();
  if (!is_date_or_timestamp(text)) return {};  // GPC-19: the answer is still valid
  return text;
}

}  // namespace

std::string_view to_string(gpc_answer answer) noexcept { return words::gpc_answer[static_cast<std::size_t>(answer)]; }

gpc_support read_gpc_json(int status, std::string_view content_type, std::string_view body) {
  if (!has_representation(status) || !is_json_type(content_type)) return {};  // GPC-16, GPC-17
  const nlohmann::json resource = parse(body);
  if (!resource.is_object()) return {};
  return {read_answer(resource), read_last_update(resource)};
}

std::string write_gpc_json(bool abides, std::string_view updated) {
  nlohmann::ordered_json resource{{"gpc", abides}};
  if (!updated.empty()) resource["lastUpdate"] = updated;
  return resource.dump() + '\n';
}

}  // namespace abide::detail
