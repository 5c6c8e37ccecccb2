#include "site/resources.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "pages/gpc_json.hpp"
#include "pages/policy_page.hpp"
#include "records/receipt.hpp"
#include "site/changes.hpp"
#include "site/choice.hpp"
#include "site/content_coding.hpp"
#include "site/expiring.hpp"
#include "site/finishing.hpp"
#include "site/keeping.hpp"
#include "site/post.hpp"
#include "site/receipt_page.hpp"
#include "site/replies.hpp"
#include "site/twin.hpp"

namespace abide::detail {
namespace {

constexpr std::string_view for_ever = "public, max-age=31536000, immutable";

/// A request for one of these resources.
struct asked {
  std::string_view method, target;
  const header_section& request;
  std::string_view body;
};

effect done(exchange& v, own_reply r) {
  v.reply = std::move(r);
  return {};
}

// The same bytes for everyone: no Vary, no cookie (GPC-15, GPC-23).
effect gpc_json(exchange& v, const asked&) {
  const bool abides = v.site->settings.policy.mode == mode::enforce;  // a site that only observes must not claim it
  own_reply r = reply(200, "application/json", write_gpc_json(abides, v.site->settings.gpc_updated));
  r.fields.emplace_back("Cache-Control", "public, max-age=86400");
  return done(v, std::move(r));
}

effect file(exchange& v, const asked& a) {
  const std::size_t folder = v.site->settings.consent_path.size() + 1 + v.site->files.version_path().size();
  const browser_file* found = v.site->files.find(path_of(a.target).substr(folder));
  if (!found) return done(v, failure(404, "There is no such file."));
  const accepted_codings accepted = read_accepted_codings(a.request);
  const unsigned brotli = found->brotli.empty() ? 0 : accepted.brotli, gzip = found->gzip.empty() ? 0 : accepted.gzip;
  const unsigned most = std::max({brotli, gzip, accepted.identity});
  const bool is_brotli = brotli > 0 && brotli == most, is_gzip = !is_brotli && gzip > 0 && gzip == most;
  const std::string_view bytes = is_brotli ? found->brotli : is_gzip ? found->gzip : found->bytes;
  own_reply r = reply(200, std::string(found->type), std::string(bytes));
  r.fields.emplace_back("Cache-Control", for_ever);
  if (is_brotli || is_gzip) r.fields.emplace_back("Content-Encoding", is_brotli ? "br" : "gzip");
  if (!found->brotli.empty() || !found->gzip.empty()) r.fields.emplace_back("Vary", "Accept-Encoding");
  return done(v, std::move(r));
}

effect state(exchange& v, const asked& a) {
  own_reply r = state_reply(v, v.decision, chosen_of(v), page_language(v, a.target, a.request),
                            parameter(a.target, "reasons") == "1");
  // A late answer must not replace a later one. The twin is written only if a page found it wrong.
  const bool is_wrong = v.chosen && parameter(a.target, "old") == "1";
  if (v.is_get && (is_wrong || must_mend_twin(v))) r.fields.emplace_back("Set-Cookie", mended_twin(v));
  return done(v, std::move(r));
}

// The address alone proves nothing: it may be old, or another person's link.
bool was_just_saved(const exchange& v, std::string_view target) {
  constexpr std::int64_t moment = 600;
  if (parameter(target, "saved") != "1" || !v.chosen) return false;
  return v.now - std::max(v.chosen->time, v.chosen->sticky_since.value_or(0)) < moment;
}

text_list cookies_with_page(exchange& v, std::string_view target) {
  if (!v.decision.remember || v.is_prefetch || v.site->settings.policy.mode != mode::enforce)
    return v.is_get ? expiries_of_refused(v, path_of(target)) : text_list{};
  return remember_signal(v);
}

effect preferences(exchange& v, const asked& a) {
  const preferences_facts facts{page_language(v, a.target, a.request), return_path_of(a.target, a.request),
                                was_just_saved(v, a.target)};
  own_reply r = preferences_reply(v, facts, v.decision, chosen_of(v));
  add_set_cookies(r, cookies_with_page(v, a.target));
  return done(v, std::move(r));
}

// The site's statements about cookies and signals depend on place and language, so shared caches must not store them.
effect policy_page(exchange& v, const asked& a) {
  const std::string language = page_language(v, a.target, a.request), css = css_url_of(v);
  const std::string back = read_return_path(parameter(a.target, "return"));
  page_model model = make_page_model(v, language, css);
  model.return_path = back;
  const bool is_declaration = v.resource == resource::declaration;
  const bool markdown = wants_markdown(parameter(a.target, "format"), a.request.first("Accept"));
  own_reply r =
      page_reply(200, markdown ? policy_page_markdown(model, is_declaration) : policy_page_html(model, is_declaration),
                 "private, no-cache");
  if (markdown) r.fields.front().second = "text/markdown; charset=utf-8";
  r.fields.emplace_back("Vary", "Accept, Accept-Language");
  r.fields.emplace_back("Content-Language", language);
  return done(v, std::move(r));
}

/// 429 or 503; as a page if the receipt was requested as one.
own_reply no_receipt_now(const exchange& v, unsigned status, std::string plain, std::string seconds) {
  own_reply r =
      v.receipt ? failure_page_in(v, v.receipt->language, v.receipt->return_path, status, "link.receipt", "page.later")
                : failure(status, std::move(plain));
  r.fields.emplace_back("Retry-After", std::move(seconds));
  return r;
}

constexpr char no_record[] = "Nothing is recorded for this browser.";

effect receipt(exchange& v, const asked& a) {
  if (!v.site->log || v.subject.empty())
    return done(v, failure_page(v, a.target, a.request, 404, no_record, "receipt.none"));
  if (wants_page(a.request) && parameter(a.target, "download") != "1")
    v.receipt = std::make_unique<receipt_view>(
        receipt_view{page_language(v, a.target, a.request), return_path_of(a.target, a.request)});
  if (v.is_too_often) return done(v, no_receipt_now(v, 429, "Too many requests. Please try again in a minute.", "60"));
  v.phase = phase::awaits_history;
  effect wanted;
  wanted.kind = effect_kind::history;
  wanted.subject = v.subject.view();
  wanted.count = 100;
  return wanted;
}

// If cookies are still there, the browser did not clear them.
void keep(exchange& v, own_reply& r, const record& refused) {
  v.chosen = refused;
  v.decision = decide_now(v);
  const bool is_choice = std::ranges::count(refused.choices, choice::denied) > 0;  // else a signal is remembered
  const std::vector<std::string> own = is_choice ? choice_cookies(v, refused) : signal_cookies(v, refused);
  add_set_cookies(r, cookies_after(v, own, refused, v.decision, held_names(v)));
}

effect kept(exchange& v, const asked& a) {
  const std::optional<kept_refusal> read = read_kept(v, a.target);
  if (!read) return done(v, failure(404, "There is no such page."));
  own_reply r = reply(read->where_to.empty() ? 200 : 307, "text/css; charset=utf-8", "");
  if (!read->where_to.empty()) r.fields.emplace_back("Location", read->where_to);
  r.fields.emplace_back("Cache-Control", "no-store");
  const bool may_write = v.site->settings.policy.mode == mode::enforce && !v.chosen && !read->is_late;
  if (may_write) keep(v, r, read->record);
  return done(v, std::move(r));
}

effect choose(exchange& v, const asked& a) { return begin_choice(v, a.request, a.body); }

effect nothing_there(exchange& v, const asked& a) {
  return done(v, failure_page(v, a.target, a.request, 404, "There is no such page.", "page.missing"));
}

/// One of Abide's own resources: its path below the consent path, and the functions that answer GET and HEAD, and POST.
struct own_resource {
  resource what;
  std::string_view path;
  effect (*read)(exchange&, const asked&);
  effect (*post)(exchange&, const asked&);
};
constexpr own_resource own_resources[]{
    {resource::preferences, "", preferences, choose},
    {resource::preferences, "/", preferences, choose},
    {resource::state, "/state", state, nullptr},
    {resource::signal, "/signal", nullptr, choose},
    {resource::receipt, "/receipt", receipt, nullptr},
    {resource::policy_text, "/policy", policy_page, nullptr},
    {resource::declaration, "/cookies", policy_page, nullptr},
    {resource::kept, "/kept", kept, nullptr},
};
constexpr own_resource gpc_resource{resource::gpc_json, "/.well-known/gpc.json", gpc_json, nullptr};
constexpr own_resource file_resource{resource::file, "/", file, nullptr};  // then this server's version, and a name
constexpr own_resource unknown_resource{resource::unknown, "", nothing_there, nothing_there};

const own_resource* find(const site_state& site, std::string_view target) noexcept {
  const std::string_view prefix = site.settings.consent_path;
  const bool below = begins_with(target, prefix);
  if (!below && !begins_with(target, gpc_resource.path)) return nullptr;
  const std::string_view path = path_of(target);
  if (path == gpc_resource.path) return &gpc_resource;
  if (!below) return nullptr;
  const std::string_view rest = path.substr(prefix.size());
  for (const own_resource& each : own_resources)
    if (rest == each.path) return &each;
  if (rest.front() != '/') return nullptr;
  // A file of another version is not found: its address may be cached for a year and belongs to another server's bytes.
  const std::string_view version = site.files.version_path();
  return rest.substr(1, version.size()) == version ? &file_resource : &unknown_resource;
}

own_reply not_allowed(const exchange& v, const own_resource& of, const asked& a, bool reads) {
  std::string allowed = of.read ? "GET, HEAD" : "";
  if (of.post) allowed += of.read ? ", POST" : "POST";
  const std::string plain = "This resource accepts " + allowed + " only.";
  own_reply r = reads ? failure_page(v, a.target, a.request, 405, plain, "page.missing")
                      : failure_page(v, a.target, a.request, 405, plain, "page.failed", "page.failed.text");
  r.fields.emplace_back("Allow", std::move(allowed));
  return r;
}

}  // namespace

resource find_resource(const site_state& site, std::string_view target) noexcept {
  const own_resource* found = find(site, target);
  return found ? found->what : resource::none;
}

effect answer_own(exchange& v, std::string_view method, std::string_view target, const header_section& request,
                  std::string_view body) {
  const own_resource& of = *find(*v.site, target);
  const bool reads = method == "GET" || method == "HEAD";
  const auto answer = reads ? of.read : method == "POST" ? of.post : nullptr;
  if (!answer && of.what != resource::unknown)
    return done(v, not_allowed(v, of, {method, target, request, body}, reads));
  return (answer ? answer : nothing_there)(v, {method, target, request, body});
}

void finish_receipt(exchange& v, const std::optional<std::vector<consent_record>>& records) {
  if (!records) {
    v.reply = no_receipt_now(v, 503, "The records cannot be read now.", "30");
    return;
  }
  if (records->empty()) {  // deleted by age, or in another store
    v.reply = v.receipt ? failure_page_in(v, v.receipt->language, v.receipt->return_path, 404, "receipt.none", {})
                        : failure(404, no_record);
    return;
  }
  if (v.receipt) {
    const std::string css = css_url_of(v);
    page_model model = make_page_model(v, v.receipt->language, css);
    model.return_path = v.receipt->return_path;
    v.reply = page_reply(200, render_receipt(model, *records), "no-store", model.has_scripts);
    v.reply->fields.emplace_back("Vary", "Accept, Accept-Language");
    return;
  }
  own_reply r =
      reply(200, "application/ld+json", detail::json_ld_receipts(*records, detail::site_facts_of(v.site->settings)));
  r.fields.emplace_back("Cache-Control", "no-store");
  r.fields.emplace_back("Content-Disposition", "attachment; filename=\"consent-receipt.jsonld\"");
  r.fields.emplace_back("Vary", "Accept");
  v.reply = std::move(r);
}

}  // namespace abide::detail
