#include "pages/page_words.hpp"

#include <nlohmann/json.hpp>

#include "policy/texts.hpp"

namespace abide::detail {

std::string page_words_json(const language& words) {
  constexpr const char* keys[]{"direction",       "frame.text",       "frame.once",      "frame.always",
                               "frame.allow",     "link.settings",    "list.comma",      "page.failed",
                               "analytics.title", "functional.title", "targeting.title", "status.unconfirmed.text",
                               "status.confirm"};
  nlohmann::ordered_json json;
  for (const char* key : keys) json[key] = words[key];
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace abide::detail
