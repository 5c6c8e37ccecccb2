#include "pages/page_model.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/embedded.hpp"
#include "pages/declaration.hpp"
#include "pages/defaults.hpp"
#include "pages/template.hpp"
#include "policy/plural.hpp"
#include "policy/texts.hpp"

namespace abide::detail {
namespace {

std::string_view bytes_of(std::string_view name) noexcept {
  const embedded_file* file = embedded(name);
  return file ? file->bytes : std::string_view{};
}

void append_sheet(std::string& out, std::string_view url, std::string_view nonce = {}) {
  out += "<link rel=\"stylesheet\"";
  append_nonce(out, nonce);
  out += " href=\"";
  append_escaped(out, url);
  out += "\">\n";
}

/// The sheets that give the notice its place, after notice.css.
std::vector<std::string_view> sheets_of(notice_layout layout) {
  if (layout == notice_layout::top) return {"top.css"};
  if (layout == notice_layout::bar) return {"over.css"};
  return {"over.css", "card.css"};
}

std::string render_sheets(const page_model& m, const std::vector<std::string_view>& more) {
  std::string out;
  if (m.styles.allowed) {
    out += "<style";
    append_nonce(out, m.styles.nonce);
    out.append(" id=\"abide-sheet\">").append(bytes_of("notice.css"));
    for (const std::string_view name : more) out += bytes_of(name);
    out += "</style>\n";
  } else if (!m.css_url.empty()) {
    append_sheet(out, m.css_url, m.styles.nonce);
    for (const std::string_view name : more) append_sheet(out, url_beside_css(m, name), m.styles.nonce);
  }
  return out;
}

}  // namespace

page_model model_of_first_visit(const config& settings, const decision& made, std::string_view language) {
  page_model model;
  model.settings = &settings;
  model.decision = &made;
  model.language = language;
  model.consent_path = settings.consent_path;
  return model;
}

std::string url_beside_css(const page_model& m, std::string_view name) {
  return std::string(m.css_url.substr(0, m.css_url.rfind('/') + 1)).append(name);
}

void append_nonce(std::string& out, std::string_view nonce) {
  if (nonce.empty()) return;
  out += " nonce=\"";
  append_escaped(out, nonce);
  out += '"';
}

std::string render_styles(const page_model& m) {
  std::vector<std::string_view> more;
  if (m.decision->notice == notice::banner) more = sheets_of(m.settings->layout);
  if (m.is_copy) more.push_back("shared.css");
  return render_sheets(m, more);
}

std::string render_page_styles(const page_model& m) {
  std::string out = render_sheets(m, {});
  if (!m.css_url.empty()) append_sheet(out, url_beside_css(m, "preferences.css"));
  if (!m.theme_url.empty()) append_sheet(out, m.theme_url);
  return out;
}

const language& words_of(const page_model& m) noexcept { return texts_of(*m.settings).in(m.language); }

std::string_view site_name(const page_model& m) noexcept { return site_name(*m.settings, words_of(m)); }

std::string date_text(const page_model& m, std::int64_t time) {
  std::array<char, 10> iso{};
  write_date(time, iso.data());
  const std::string_view year(iso.data(), 4);
  const int month = (iso[5] - '0') * 10 + iso[6] - '0';
  std::string_view day(iso.data() + 8, 2);
  if (day.front() == '0') day.remove_prefix(1);
  if (day == "1") day = words_of(m)["date.first_day"];
  const std::array<value, 3> values{
      {{"year", year}, {"month", piece_of(words_of(m)["months"], static_cast<std::size_t>(month - 1))}, {"day", day}}};
  return say(words_of(m)["date"], values);
}

std::string_view settings_label(const page_model& m) noexcept {
  return words_of(m)[m.decision->place->regime == regime::opt_out ? "link.choices" : "link.settings"];
}

std::string form_version(const page_model& m) { return "-" + std::to_string(m.settings->policy.notice_version); }

std::string purposes_text(const page_model& m, category_set set) {
  constexpr std::array<std::string_view, 4> keys{"required.title", "purpose.analytics", "purpose.functional",
                                                 "purpose.targeting"};
  const language& words = words_of(m);
  std::array<std::string_view, 4> names;
  std::size_t count = 0;
  for (const category c : categories)
    if (set.contains(c)) names[count++] = words[keys[static_cast<unsigned>(c)]];
  std::string out;
  out.reserve(128);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += words[i + 1 == count ? "list.and" : "list.comma"];
    out += names[i];
  }
  return out;
}

bool is_opted_out(const decision& d) noexcept {
  if (d.of(category::targeting, false).allowed) return false;
  for (const category c : categories)
    if (c != category::required && d.of(c, true).allowed) return false;
  return true;
}

std::string contact_url(const std::string& contact) {
  if (contact.starts_with("https://") || contact.starts_with("http://")) return contact;
  return contact.find('@') == std::string::npos ? std::string{} : "mailto:" + contact;
}

namespace {

/// What happens to optional cookies before a choice. The law of the place leaves it to the declared cookies: some may
/// be exempt, and in opt-out places those whose data is shared may wait for consent.
std::string default_text(const page_model& m) {
  const language& words = words_of(m);
  const jurisdiction& place = *m.decision->place;
  const defaults before = defaults_at(m.settings->policy, place, m.now);
  const auto both = [&](std::string_view some) {
    return std::string(words[some]).append(words.space()).append(words["regime.others"]);
  };
  if (place.regime == regime::opt_in && !m.decision->declared_exempt.empty()) return both("status.exempt");
  if (place.regime == regime::opt_in || before.off.empty())
    return std::string(words["regime." + std::string(to_string(place.regime))]);
  return before.on.empty() ? std::string(words["regime.opt_in"]) : both("regime.some");
}

}  // namespace

std::string rules_line(const page_model& m) {
  const language& words = words_of(m);
  const jurisdiction& place = *m.decision->place;
  std::string_view name = words["place." + std::string(place.code)];
  if (place.code == "ZZ") name = words["about.unknown_place"];
  const std::string regime = default_text(m);
  const std::array<value, 2> values{{{"place", name.empty() ? place.name : name}, {"regime", regime}}};
  return say(words["about.rules"], values);
}

}  // namespace abide::detail
