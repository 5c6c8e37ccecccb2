#pragma once
// The few texts that the page's scripts show, over a blocked frame. The server writes all others.
#include <string>

namespace abide::detail {

class language;

/// A JSON object that maps keys to texts; the module reads it as `texts/TAG.json`.
std::string page_words_json(const language& words);

}  // namespace abide::detail
