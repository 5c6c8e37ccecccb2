#pragma once
// The few texts that scripts of the page show: over a frame that waits. The rest is written by the server.
#include <string>

namespace abide::detail {

class language;

/// A JSON object of key and text; the module reads it as `texts/TAG.json`.
std::string page_words_json(const language& words);

}  // namespace abide::detail
