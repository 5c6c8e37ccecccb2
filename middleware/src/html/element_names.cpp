#include "html/element_names.hpp"

#include <span>

#include "base/bytes.hpp"

namespace abide::detail {
namespace {

using names = std::span<const std::string_view>;

constexpr std::string_view document_names[]{"html", "head", "body", "frameset"};
constexpr std::string_view head_names[]{"base",  "basefont", "bgsound",  "link",     "meta",    "title",
                                        "style", "script",   "noscript", "noframes", "template"};
constexpr std::string_view formatting_names[formatting_count]{"a", "b",     "big", "code",   "em",     "font", "i",
                                                              "s", "small", "tt",  "strike", "strong", "nobr", "u"};
constexpr std::string_view scope_names[]{"table", "object", "marquee", "applet"};
constexpr std::string_view block_names[]{
    "address",  "article",    "aside",   "blockquote", "center", "details", "dialog", "dir",  "div", "dl",
    "fieldset", "figcaption", "figure",  "footer",     "header", "hgroup",  "main",   "menu", "nav", "ol",
    "p",        "search",     "section", "summary",    "ul",     "h1",      "h2",     "h3",   "h4",  "h5",
    "h6",       "pre",        "listing", "li",         "dd",     "dt",      "hr",     "xmp"};
constexpr std::string_view body_only_names[]{"pre",      "listing", "li",     "dd",     "dt",   "button",
                                             "applet",   "marquee", "object", "table",  "br",   "embed",
                                             "img",      "image",   "keygen", "wbr",    "area", "hr",
                                             "textarea", "xmp",     "iframe", "select", "body", "plaintext"};
constexpr std::string_view breakout_names[]{
    "b",     "big",   "blockquote", "body",   "br",   "center", "code",  "dd", "div",  "dl",   "dt",
    "em",    "embed", "h1",         "h2",     "h3",   "h4",     "h5",    "h6", "head", "hr",   "i",
    "img",   "li",    "listing",    "menu",   "meta", "nobr",   "ol",    "p",  "pre",  "ruby", "s",
    "small", "span",  "strong",     "strike", "sub",  "sup",    "table", "tt", "u",    "ul"};
constexpr std::string_view svg_html_names[]{"foreignobject", "desc", "title"};
constexpr std::string_view math_html_names[]{"mi", "mo", "mn", "ms", "mtext"};
constexpr std::string_view raw_text_names[]{"style", "xmp", "iframe", "noembed", "noframes", "noscript"};
constexpr std::string_view select_end_names[]{"select", "input", "keygen", "textarea"};
constexpr std::string_view content_names[]{"style",    "xmp",    "iframe", "noembed",  "noframes",
                                           "noscript", "script", "title",  "textarea", "plaintext"};
constexpr std::string_view foreign_names[]{"svg", "math"};
constexpr std::string_view read_before_body_names[]{"html", "meta", "base", "a", "span"};
constexpr std::string_view read_in_body_names[]{"a", "area", "span", "font", "base", "meta", "annotation-xml"};
constexpr std::string_view names_of_their_own[]{"html", "body", "frameset", "meta", "template",
                                                "span", "form", "button",   "br"};

struct list {
  name_list is;
  names of;
};
constexpr list lists[]{{name_list::document, document_names},
                       {name_list::head, head_names},
                       {name_list::formatting, formatting_names},
                       {name_list::scope, scope_names},
                       {name_list::block, block_names},
                       {name_list::body_only, body_only_names},
                       {name_list::breakout, breakout_names},
                       {name_list::svg_html, svg_html_names},
                       {name_list::math_html, math_html_names},
                       {name_list::raw_text, raw_text_names},
                       {name_list::select_end, select_end_names},
                       {name_list::content, content_names},
                       {name_list::foreign, foreign_names},
                       {name_list::read_before_body, read_before_body_names},
                       {name_list::read_in_body, read_in_body_names},
                       {name_list::named, names_of_their_own}};

constexpr tag_effect effect_of(const name_facts& known) noexcept {
  if (known.is_in(name_list::formatting)) return tag_effect::formatting;
  if (!known.is_plain()) return tag_effect::other;
  if (known.name == "p") return tag_effect::paragraph;
  return known.is_in(name_list::block) ? tag_effect::block : tag_effect::none;
}

struct filled_table {
  name_table names;
  bool is_perfect = true;

  constexpr name_facts& find(std::string_view name) noexcept {
    name_facts& slot = names.slots[name_table::slot_of(word_of(name))];
    is_perfect = is_perfect && (slot.name.empty() || slot.name == name);
    return slot;
  }
};

constexpr filled_table filled = [] {
  filled_table made;
  for (const list& each : lists) {
    for (std::size_t i = 0; i < each.of.size(); ++i) {
      name_facts& facts = made.find(each.of[i]);
      facts.name = each.of[i];
      facts.word = word_of(facts.name);
      facts.lists = static_cast<std::uint16_t>(facts.lists | static_cast<std::uint16_t>(each.is));
      if (each.is == name_list::formatting) facts.formatting_index = static_cast<std::uint8_t>(i);
    }
  }
  for (name_facts& facts : made.names.slots) {
    facts.end = effect_of(facts);
    facts.start = facts.is_in(name_list::read_in_body) ? tag_effect::other : facts.end;
    if (facts.end == tag_effect::block) facts.end = tag_effect::none;
  }
  return made;
}();

static_assert(filled.is_perfect, "two names have one slot: another multiplier is needed; try random odd numbers");

}  // namespace

constinit const name_table known_names = filled.names;

const name_facts& facts_of(std::string_view name) noexcept {
  const name_facts& facts = known_names.slots[name_table::slot_of(word_of(name))];
  return same_bytes(facts.name, name) ? facts : unknown_name;
}

}  // namespace abide::detail
