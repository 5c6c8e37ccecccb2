#include "pages/policy_page.hpp"

#include <array>

#include "base/embedded.hpp"
#include "pages/own_page.hpp"
#include "pages/policy_text/policy_text.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"

namespace abide::detail {
namespace {

document text_of(const page_model& m, bool is_declaration) {
  const std::string query = query_of(m);
  const reader who{m.settings, &words_of(m), m.decision->place, m.consent_cookie, query, m.consent_path};
  if (is_declaration) return policy_text(who, part_declaration, 1, m.now);
  return policy_text(who, part_cookies | part_choices | part_signals, 2, m.now);
}

}  // namespace

std::string policy_page_html(const page_model& m, bool is_declaration) {
  const language& words = words_of(m);
  document text = text_of(m, is_declaration);
  std::erase_if(text, [](const block& b) { return b.level == 1; });  // the page has its title already
  const std::string styles = render_page_styles(m), rules = rules_line(m), body = to_html(text);
  const std::string css = m.css_url.empty() ? std::string{} : url_beside_css(m, "policy.css");
  const std::string contact = contact_url(m.settings->contact);
  const std::array<value, 2> about{{{"site", site_name(m)}}};
  const std::string query = query_of(m);
  const std::string lead = say(words["policy.lead"], about);
  const std::string languages = render_languages(m, is_declaration ? "/cookies" : "/policy");
  const std::array<value, 16> values{{{"lang", words.tag()},
                                      {"query", query},
                                      {"title", words[is_declaration ? "policy.declaration.title" : "policy.title"]},
                                      {"site", site_name(m)},
                                      {"styles", styles},
                                      {"text_css", css},
                                      {"languages", languages},
                                      {"path", m.consent_path},
                                      {"settings", settings_label(m)},
                                      {"lead", is_declaration ? std::string_view{} : std::string_view(lead)},
                                      {"declaration", is_declaration ? "1" : ""},
                                      {"self", is_declaration ? "cookies" : "policy"},
                                      {"body", body},
                                      {"contact", m.settings->contact},
                                      {"contact_url", contact},
                                      {"rules", rules}}};
  std::string out;
  out.reserve(body.size() + 4096);
  if (const embedded_file* page = embedded("policy.html")) fill(out, page->bytes, words, values);
  return out;
}

std::string policy_page_markdown(const page_model& m, bool is_declaration) {
  const language& words = words_of(m);
  document text = text_of(m, is_declaration);
  if (is_declaration) return to_markdown(text);
  const std::vector<named_piece> about{{"site", {std::string(site_name(m)), {}, {}}}};
  const block title{block::kind::heading, 1, {}, prose_of(words["policy.title"]), {}, {}};
  const block lead{block::kind::paragraph, 0, {}, prose_of(words["policy.lead"], about), {}, {}};
  const block rules{block::kind::paragraph, 0, {}, {{rules_line(m), {}, {}}}, {}, {}};
  text.insert(text.begin(), {title, lead, rules});
  return to_markdown(text);
}

bool wants_markdown(std::string_view format, std::string_view accept) noexcept {
  if (!format.empty()) return format == "markdown";
  const std::size_t markdown = accept.find("text/markdown"), html = accept.find("text/html");
  return markdown != std::string_view::npos && markdown < html;
}

}  // namespace abide::detail
