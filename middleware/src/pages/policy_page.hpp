#pragma once
// The pages below the consent path that say what the site does: /policy and /cookies.
#include <string>
#include <string_view>

#include "pages/page_model.hpp"

namespace abide::detail {

/// What the policy says of cookies, choices and signals at the visitor's place, or the cookie declaration alone.
std::string policy_page_html(const page_model&, bool is_declaration);
std::string policy_page_markdown(const page_model&, bool is_declaration);

/// Whether Markdown is wanted: by `format=markdown`, or by an Accept field that names it before HTML.
bool wants_markdown(std::string_view format, std::string_view accept) noexcept;

}  // namespace abide::detail
