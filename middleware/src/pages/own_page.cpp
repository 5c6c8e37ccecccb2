#include "pages/own_page.hpp"

#include <array>

#include "base/embedded.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"

namespace abide::detail {

std::string query_of(const page_model& m) {
  const std::string query = "?lang=" + std::string(words_of(m).tag());
  const std::string_view back = local_path(m.return_path);
  return back == "/" ? query : query + "&return=" + url_encoded(back);
}

std::string render_languages(const page_model& m, std::string_view self) {
  if (m.settings->languages.size() < 2) return {};
  const std::string back = url_encoded(local_path(m.return_path));
  std::string out = "<p class=\"abide-links abide-languages\">";
  for (const std::string& tag : m.settings->languages) {
    const std::string name = escaped(texts_of(*m.settings).in(tag)["language.name"]);
    const std::string word = " lang=\"" + tag + "\" dir=\"auto\"";
    if (tag == words_of(m).tag()) {
      out.append("<span class=\"abide-strong\" aria-current=\"true\"").append(word).append(">").append(name);
      out.append("</span> ");
      continue;
    }
    out.append("<a class=\"abide-link\"").append(word).append(" hreflang=\"").append(tag).append("\" href=\"");
    append_escaped(out, m.consent_path);
    out.append(self).append("?lang=").append(tag).append("&amp;return=").append(back).append("\">").append(name);
    out.append("</a> ");
  }
  return out + "</p>";
}

std::string render_framed(const page_model& m, const framed_page& of) {
  const std::string styles = render_page_styles(m), url = contact_url(m.settings->contact);
  const std::string languages = render_languages(m, of.self);
  const std::string script = m.has_scripts ? url_beside_css(m, "own.mjs") : std::string{};
  const std::array<value, 13> values{{{"lang", words_of(m).tag()},
                                      {"title", of.title},
                                      {"site", site_name(m)},
                                      {"styles", styles},
                                      {"script", script},
                                      {"path", m.consent_path},
                                      {"return", local_path(m.return_path)},
                                      {"over", of.may_stand_over ? "1" : ""},
                                      {"main", of.main},
                                      {"about", of.about},
                                      {"contact", m.settings->contact},
                                      {"contact_url", url},
                                      {"languages", languages}}};
  std::string out;
  out.reserve(of.main.size() + 4096);
  if (const embedded_file* page = embedded("own.html")) fill(out, page->bytes, words_of(m), values);
  return out;
}

std::string render_own_page(const page_model& m, const own_page& of) {
  const std::string back_query = url_encoded(local_path(m.return_path));
  const std::array<value, 7> values{{{"lang", words_of(m).tag()},
                                     {"text", of.text},
                                     {"body", of.body},
                                     {"download", of.download},
                                     {"return_query", back_query},
                                     {"path", m.consent_path},
                                     {"settings", settings_label(m)}}};
  std::string main;
  if (const embedded_file* page = embedded("own_text.html")) fill(main, page->bytes, words_of(m), values);
  return render_framed(m, {of.title, of.self, main, {}});
}

}  // namespace abide::detail
