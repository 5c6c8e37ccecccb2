#include "site/rendered.hpp"

#include "pages/notice.hpp"
#include "pages/state.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"
#include "site/answer.hpp"
#include "site/replies.hpp"
#include "site/twin.hpp"

namespace abide::detail {
namespace {

// Marks of the holes. Texts are UTF-8, where these bytes never occur (RFC 3629 section 1).
constexpr std::string_view return_mark = "/\xff", query_mark = "%2F%FF", style_mark = "\xfe", script_mark = "\xfd";

// A prefetched page may be shown after the visitor's next choice. It therefore carries no state: the gate lets nothing
// through, and the module asks the server.
std::string printed_state(const exchange& v, const page_model& model) {
  if (v.is_prefetch && !v.copy) return {};
  shared_state shared;
  if (v.copy) shared = {names_of(v).twin, answer_key_of(v.copy->base, v.site->settings.policy), v.copy->counts_dnt};
  std::string html = "<script type=\"application/json\" id=\"abide-state\">";
  page_model printed = model;
  printed.consent_path = consent_path_of(v);  // scripts use the page's own address
  return html.append(printed_state_json(printed, expected_twin(v), shared)).append("</script>");
}

const decision& shown_decision(const exchange& v) noexcept { return v.copy ? v.copy->base : v.decision; }
const record* shown_choice(const exchange& v) noexcept { return v.copy ? nullptr : chosen_of(v); }

/// What a page on these terms must write before paths of its site.
std::string origin_of(const exchange& v, const page_terms& terms) {
  if (!terms.has_foreign_base || v.host.empty()) return {};
  std::string origin(v.secure ? "https://" : "http://");
  origin.append(v.host.view());
  if (v.port != 0) origin.append(1, ':').append(std::to_string(v.port));
  return origin;
}

/// The scripts of a page: the gate and its state, and the module.
struct page_scripts {
  std::string head, end;
};

/// The module stands at the end of the body: some browsers ignore an import map behind the first module, and pages
/// write theirs in the body too. A frame asks nothing, but it has the module: it learns of a choice that is made around
/// it, and what waits in it has its box.
page_scripts scripts_of(const exchange& v, const page_model& model, const inline_terms& terms, bool is_frame) {
  const browser_files& files = v.site->files;
  if (!files.has_module()) return {};
  const std::string folder = escaped(std::string(model.consent_path).append(1, '/').append(files.version_path()));
  std::string allowed;  // by the nonce only, if the page's policy has 'strict-dynamic'
  append_nonce(allowed, terms.nonce);
  const auto script = [&](std::string_view name) {
    const browser_file* file = files.find(name);
    if (!file) return std::string{};
    std::string tag = "<script" + allowed;
    if (terms.allowed) return tag.append(">").append(file->bytes).append("</script>");
    return tag.append(" src=\"").append(folder).append(name).append("\"></script>");
  };
  std::string html = printed_state(v, model);
  if (v.copy) html += script("shared.js");
  html += script("gate.js");
  const std::string module = "<script type=\"module\"" + allowed + " src=\"" + folder + "abide.mjs\"></script>";
  if (is_frame) return {html + module, {}};
  if (shown_decision(v).notice == notice::banner) {
    html += script("beside.js");
    if (model.settings->layout == notice_layout::top) html += script("room.js");
  }
  return {html, module};
}

// A request target may be longer than a form. Then the way back is to the page without its query.
std::string_view way_back(std::string_view target) noexcept {
  const std::string_view path = local_path(target), bare = path.substr(0, path.find('?'));
  if (path.size() <= return_path_max) return path;
  return bare.size() <= return_path_max ? bare : "/";
}

inline_terms with_mark(inline_terms terms, std::string_view mark) {
  if (!terms.nonce.empty()) terms.nonce = mark;
  return terms;
}

}  // namespace

rendered_key key_of(const exchange& v, const language& words, const page_terms& terms) {
  const decision& d = shown_decision(v);
  page_model model;
  model.settings = &v.site->settings;
  model.decision = &d;
  model.chosen = shown_choice(v);
  model.now = v.now;
  rendered_key key;
  key.verdicts = key_of(d);
  key.words = &words;
  if (terms.has_foreign_base) key.own_path = origin_of(v, terms).append(consent_path_of(v));
  else key.own_path = v.proxied_path;
  if (model.chosen && model.chosen->exception) {
    key.exception_time = model.chosen->exception->time;
    key.exception_purposes = model.chosen->exception->purposes.bits();
  }
  key.declared_exempt = d.declared_exempt.bits();
  key.notice = static_cast<std::uint8_t>(d.notice);
  key.seen = static_cast<std::uint8_t>((d.seen.gpc ? 1u : 0u) | static_cast<unsigned>(d.seen.dnt) << 1);
  unsigned flags = 0;
  for (const bool each : {v.copy != nullptr, v.secure, v.shares_choice, d.signal_active, !d.unconfirmed.empty(),
                          v.is_prefetch, v.chosen || v.sets_signal, comes_from_choice(model), terms.links_to_settings,
                          terms.places_withdraw, terms.has_foreign_base, terms.is_frame, terms.styles.allowed,
                          terms.scripts.allowed, terms.styles.nonce.empty(), terms.scripts.nonce.empty()})
    flags = flags << 1 | (each ? 1u : 0u);
  key.flags = flags;
  return key;
}

rendered::rendered(const exchange& v, const language& words, const page_terms& terms) {
  const std::string origin = origin_of(v, terms), own = origin + std::string(consent_path_of(v)),
                    css = own + "/" + v.site->files.version_path() + "notice.css";
  page_model model = make_page_model(v, words.tag(), css);
  model.consent_path = own;
  model.origin = origin;
  model.decision = &shown_decision(v);
  model.chosen = shown_choice(v);
  model.is_copy = v.copy != nullptr;
  model.return_path = return_mark;
  model.styles = with_mark(terms.styles, style_mark);
  model.insert_settings_link = !terms.links_to_settings;
  model.insert_withdraw = !terms.places_withdraw;
  const page_scripts scripts = scripts_of(v, model, with_mark(terms.scripts, script_mark), terms.is_frame);
  if (terms.is_frame) {
    parts_[0] = cut(scripts.head);
  } else {
    parts_[0] = cut(render_styles(model) + scripts.head);
    parts_[1] = cut(render_notice(model));
    parts_[2] = cut(render_status(model));
    parts_[3] = cut(render_link(model) + "<abide-post>" + render_post(model, "page") + scripts.end + "</abide-post>");
    if (terms.places_withdraw) parts_[4] = cut(render_withdraw(model));
  }
  for (const pieces& part : parts_)
    for (const piece& each : part) size_ += each.text.size();
}

rendered::pieces rendered::cut(std::string_view html) {
  struct mark {
    std::string_view text;
    hole what;
  };
  constexpr mark marks[]{{return_mark, hole::return_path},
                         {query_mark, hole::return_query},
                         {style_mark, hole::style_nonce},
                         {script_mark, hole::script_nonce}};
  pieces made;
  while (!html.empty()) {
    std::size_t at = html.size();
    const mark* found = nullptr;
    for (const mark& each : marks)
      if (const std::size_t here = html.find(each.text); here < at) {
        at = here;
        found = &each;
      }
    made.push_back({ascii_html(html.substr(0, at)), found ? found->what : hole::none});
    html.remove_prefix(found ? at + found->text.size() : at);
  }
  return made;
}

/// The fragments with the values of one page.
class rendered::filled final : public fragment_source {
 public:
  filled(const rendered& from, const page_values& values)
      : from_(from), values_(values), path_(way_back(values.return_path)) {}

  bool has(fragment what) const override { return !pieces_of(what).empty(); }

  void append(fragment what, std::string& page) const override {
    if (what == fragment::head && !values_.charset.empty())
      page.append("<meta charset=").append(values_.charset).append(">");  // no longer than the page's own
    for (const piece& each : pieces_of(what)) {
      page += each.text;
      switch (each.then) {
        case hole::none: break;
        case hole::return_path: append_escaped_ascii(page, path_); break;
        case hole::return_query: append_query(page); break;
        case hole::style_nonce: append_escaped(page, values_.style_nonce); break;
        case hole::script_nonce: append_escaped(page, values_.script_nonce); break;
      }
    }
  }

  std::size_t size() const noexcept {
    return from_.size_ + 4 * (3 * path_.size() + values_.style_nonce.size() + values_.script_nonce.size());
  }

 private:
  const pieces& pieces_of(fragment what) const noexcept { return from_.parts_[static_cast<std::size_t>(what)]; }

  /// Encodes once; later calls copy from the page itself.
  void append_query(std::string& page) const {
    if (query_size_ > 0) {
      page.append(page.data() + query_at_, query_size_);
      return;
    }
    query_at_ = page.size();
    append_url_encoded(page, path_);
    query_size_ = page.size() - query_at_;
  }

  const rendered& from_;
  const page_values& values_;
  const std::string_view path_;
  mutable std::size_t query_at_ = 0, query_size_ = 0;
};

bool rendered::has(fragment what) const { return !parts_[static_cast<std::size_t>(what)].empty(); }

void rendered::append(fragment what, const page_values& values, std::string& page) const {
  filled(*this, values).append(what, page);
}

std::string rendered::inserted_into(std::string_view html, const page_facts& places, const page_values& values) const {
  const filled source(*this, values);
  return inserted(html, places, source, source.size());
}

}  // namespace abide::detail
