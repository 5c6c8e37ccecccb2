#include "pages/policy_text/policy_text.hpp"

#include <array>

#include "pages/policy_text/writer.hpp"
#include "policy/texts.hpp"

namespace abide::detail {
namespace {

struct part_writer {
  policy_part part;
  void (*general)(writer&, int level);
  void (*regional)(writer&, const audience&);
};
constexpr std::array<part_writer, 3> parts_in_order{{{part_cookies, write_cookies, write_cookies_at},
                                                     {part_choices, write_choices, write_choices_at},
                                                     {part_signals, write_signals, write_signals_at}}};

// With one place its sentences follow the general ones; with many, each region has a section of its own.
void write_sections(writer& w, unsigned parts, int level) {
  const std::vector<audience> readers = audiences(w.to(), w.now());
  for (const part_writer& part : parts_in_order) {
    if (!(parts & part.part)) continue;
    part.general(w, level);
    if (w.to().place) part.regional(w, readers.front());
  }
  if (w.to().place) return;
  for (const audience& group : readers) {
    document about;
    writer at(w.to(), w.now(), about);
    for (const part_writer& part : parts_in_order)
      if (parts & part.part) part.regional(at, group);
    if (about.empty()) continue;
    w.named_heading(level, group.name);
    for (block& b : about) w.add(std::move(b));
  }
}

void write_version(writer& w) {
  const jurisdiction* place = w.to().place;
  std::string_view from;
  if (place) from = region_of(*place) == region::unknown ? "policy.place.unknown" : "policy.place";
  const std::string name(place ? name_in(w.words(), *place) : std::string_view{});
  w.paragraph({from, "policy.version"}, {{"place", plain(name)},
                                         {"version", plain(std::to_string(w.rules().notice_version))},
                                         {"date", plain(std::string(jurisdictions().version))}});
}

// ---- the declaration

std::string host_text(const writer& w, const declared_cookie& cookie) {
  if (cookie.host.empty()) return w.word("declaration.this_site");
  return cookie.third_party ? cookie.host + " (" + w.word("declaration.third_party") + ')' : cookie.host;
}

prose purpose_text(const writer& w, const declared_cookie& cookie) {
  prose text{{cookie.purpose.empty() ? w.word(std::string(to_string(cookie.category)) + ".title") : cookie.purpose,
              {},
              cookie.purpose_language}};
  if (!cookie.exempt) return text;
  text.push_back(plain(" · "));
  text.push_back(strong_piece(w.word("cookies.exempt")));
  return text;
}

std::vector<prose> row_of(const writer& w, const declared_cookie& cookie) {
  const piece shared = cookie.shared ? strong_piece(w.word("declaration.yes")) : plain(w.word("declaration.no"));
  const std::string lifetime = cookie.lifetime.empty() ? w.word("declaration.not_stated") : cookie.lifetime;
  return {{code_piece(cookie.name)}, purpose_text(w, cookie),       {{cookie.vendor, cookie.vendor_policy, {}}},
          {plain(lifetime)},         {plain(host_text(w, cookie))}, {shared}};
}

void write_category(writer& w, category c, int level) {
  const std::vector<declared_cookie> cookies = declared_cookies(w.to(), c);
  if (cookies.empty()) return;
  const std::string name(to_string(c));
  w.heading(level, "abide-" + name, name + ".title");
  w.paragraph({name + ".about"});
  block table{block::kind::table, 0, {}, {plain(w.word(name + ".title"))}, {}, {}};
  for (const std::string_view column : {"declaration.cookie", "declaration.purpose", "declaration.vendor",
                                        "declaration.lifetime", "declaration.set_by", "declaration.shared"})
    table.columns.push_back(w.word(column));
  for (const declared_cookie& cookie : cookies) table.rows.push_back(row_of(w, cookie));
  w.add(std::move(table));
}

void write_declaration(writer& w, int level) {
  w.heading(level, "abide-declaration", "policy.declaration.title");
  w.paragraph({"policy.declaration.intro"}, {{"site", w.site()}});
  for (const category c : categories) write_category(w, c, level + 1);
  if (w.is_observing()) return;
  const bool strict = w.rules().unknown == unknown_policy::targeting;
  w.paragraph({strict ? "policy.unknown.targeting" : "policy.unknown.party"});
}

}  // namespace

document policy_text(const reader& to, unsigned parts, int level, std::int64_t now) {
  document text;
  writer w(to, now, text);
  if (w.is_observing()) w.note("policy.observe");
  write_sections(w, parts, level);
  if (parts & part_declaration) write_declaration(w, level);
  if (!(parts & part_choices)) return text;
  write_records(w, level);
  write_version(w);
  return text;
}

}  // namespace abide::detail
