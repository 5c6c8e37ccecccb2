#include "site/insertion.hpp"

#include "html/content_policy.hpp"
#include "html/page_insert.hpp"
#include "pages/notice.hpp"
#include "pages/state.hpp"
#include "site/reading.hpp"
#include "site/replies.hpp"

namespace abide {
namespace {

// A page that is fetched before the visitor asks for it may be shown after the next choice: it says nothing then, the
// gate lets nothing through, and the module asks.
std::string printed_state(const exchange& v, const page_model& model) {
  if (v.is_prefetch) return {};
  return "<script type=\"application/json\" id=\"abide-state\">" + state_json(model) + "</script>";
}

std::string script_tag(const exchange& v, const page_model& model, const inline_terms& terms) {
  const browser_files& files = v.site->files;
  if (!files.has_module()) return {};
  const std::string folder = v.site->settings.consent_path + "/" + files.version_path();
  std::string allowed;  // by the nonce alone where the page's policy knows 'strict-dynamic'
  append_nonce(allowed, terms.nonce);
  std::string html = printed_state(v, model) + "<script" + allowed;
  if (terms.allowed) html.append(">").append(files.find("gate.js")->bytes).append("</script>");
  else html += " src=\"" + folder + "gate.js\"></script>";
  return html + "<script type=\"module\"" + allowed + " src=\"" + folder + "abide.mjs\"></script>";
}

// Several fields are several policies, and all of them hold.
std::string policies_of(const header_section& response) {
  std::string list;
  for_each_field(response, [&](std::string_view name, std::string_view value) {
    if (same_field(name, "Content-Security-Policy")) list.append(list.empty() ? "" : ",").append(value);
  });
  return list;
}

bool links_to(std::string_view html, const std::string& path) {
  return html.find("href=\"" + path + "\"") != std::string_view::npos ||
         html.find("href=\"" + path + "?") != std::string_view::npos;
}

}  // namespace

void insert_notice(const exchange& v, const header_section& response, std::string& body) {
  const std::string policies = policies_of(response);
  const auto terms_of = [&, is_closed = policies.empty() && has_policy_of_its_own(body)](std::string_view kind) {
    return is_closed ? inline_terms{false, {}} : inline_terms_of(policies, kind);
  };
  const config& settings = v.site->settings;
  std::string language(language_of_page(body));
  if (language.empty()) language = settings.languages.front();
  const std::string css_url = css_url_of(v);
  page_model model = page_model_of(v, language, css_url);
  model.return_path = v.target.view();
  model.styles = terms_of("style-src");
  model.insert_settings_link = !links_to(body, settings.consent_path);
  model.insert_withdraw = body.find(withdraw_mark) == std::string::npos;
  insert(body, {render_styles(model) + script_tag(v, model, terms_of("script-src")), render_notice(model),
                render_status(model), render_link(model) + render_post(model, "page"),
                model.insert_withdraw ? std::string{} : render_withdraw(model)});
}

}  // namespace abide
