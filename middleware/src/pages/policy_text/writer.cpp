#include "pages/policy_text/writer.hpp"

#include <array>

#include "pages/lifetime_text.hpp"
#include "policy/texts.hpp"

namespace abide::detail {

std::string writer::word(std::string_view key) const { return std::string(words()[key]); }

std::string writer::stop() const {
  const std::string_view text = words()["list.stop"];
  return std::string(text.substr(0, text.find(' ')));
}

std::string writer::space() const { return std::string(words().space()); }

std::string writer::days(unsigned count) const { return lifetime_in(words(), {lifetime_unit::days, count}); }

std::string writer::titles(category_set set) const {
  std::vector<std::string> names;
  for (const category c : categories)
    if (set.contains(c)) names.push_back(word(std::string(to_string(c)) + ".title"));
  return listed(words(), names);
}

std::string writer::purposes(category_set set) const {
  std::vector<std::string> names;
  for (const category c : categories)
    if (set.contains(c) && c != category::required) names.push_back(word("purpose." + std::string(to_string(c))));
  return listed(words(), names);
}

piece writer::site() const { return plain(std::string(site_name(settings(), words()))); }

std::string writer::path_of_choices() const {
  return to_.consent_path.empty() ? settings().consent_path : std::string(to_.consent_path);
}

piece writer::choices(std::string_view label_key) const {
  return {word(label_key), path_of_choices() + std::string(to_.query), {}};
}

piece writer::declaration() const {
  return {word("policy.declaration.link"), path_of_choices() + "/cookies" + std::string(to_.query), {}};
}

void writer::heading(int level, std::string_view id, std::string_view key) {
  block b{block::kind::heading, level, std::string(id), {plain(word(key))}, {}, {}};
  add(std::move(b));
}

void writer::named_heading(int level, std::string name) {
  block b{block::kind::heading, level, {}, {plain(std::move(name))}, {}, {}};
  add(std::move(b));
}

void writer::paragraph(std::initializer_list<std::string_view> keys, std::initializer_list<named_piece> values) {
  block b;
  for (const std::string_view key : keys) {
    if (key.empty()) continue;
    if (!b.text.empty()) b.text.push_back(plain(space()));
    for (piece& p : prose_of(words()[key], {values.begin(), values.size()})) b.text.push_back(std::move(p));
  }
  if (!b.text.empty()) add(std::move(b));
}

void writer::note(std::string_view key) {
  block b{block::kind::note, 0, {}, {plain(word(key))}, {}, {}};
  add(std::move(b));
}

void writer::item(prose text) {
  block b{block::kind::item, 0, {}, std::move(text), {}, {}};
  add(std::move(b));
}

category_set declared_categories(const policy& p, bool only_shared) noexcept {
  category_set set;
  for (std::size_t i = 0; i < p.cookie_count; ++i)
    if (p.cookies[i].shared || !only_shared) set.insert(p.cookies[i].category);
  return set;
}

bool sells(const policy& p) noexcept {
  for (std::size_t i = 0; i < p.cookie_count; ++i) {
    const cookie_rule& rule = p.cookies[i];
    if (rule.category == category::targeting || (rule.shared && rule.category != category::required)) return true;
  }
  return false;
}

}  // namespace abide::detail
