#include "abide/site.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>

#include "abide/choosing.hpp"
#include "abide/cookie.hpp"
#include "base/cookie_domain.hpp"
#include "html/page_insert.hpp"
#include "pages/notice.hpp"
#include "pages/page_words.hpp"
#include "pages/public_policy.hpp"
#include "pages/state.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"
#include "site/cache_rules.hpp"
#include "site/consent_cookie.hpp"
#include "site/recording.hpp"
#include "site/site_state.hpp"
#include "site/withdrawal.hpp"

namespace abide {
namespace {

template <typename Function>
void for_each_field(const header_section& section, Function f) {
  section.each([](void* context, std::string_view name,
                  std::string_view value) { (*static_cast<Function*>(context))(name, value); },
               &f);
}

std::string host_without_port(std::string_view host) {
  const std::size_t bracket = host.rfind(']');
  const std::size_t colon = host.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket))
    host = host.substr(0, colon);
  std::string lower(host);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return lower;
}

// What one pass over the request's fields finds.
struct request_facts {
  signals seen;
  std::string_view host, consent, forwarded_proto, fetch_dest;
  bool prefetch = false;
  unsigned consent_count = 0;
  std::size_t cookie_bytes = 0, cookie_fields = 0;
};

void read_consent(std::string_view field, std::string_view name, request_facts& facts) {
  cookie_pair pair;
  for (cookie_walk walk(field); walk.next(pair);) {
    if (pair.name != name) continue;
    facts.consent = pair.value;
    ++facts.consent_count;
  }
}

request_facts read_request(const header_section& request, joined_values joined) {
  request_facts facts;
  for_each_field(request, [&](std::string_view name, std::string_view value) {
    read_signal(name, value, facts.seen, joined);
    if (same_field(name, "Cookie")) {
      facts.cookie_bytes += value.size() + 2;
      ++facts.cookie_fields;
    } else if (same_field(name, "Host") && facts.host.empty()) facts.host = value;
    else if (same_field(name, "X-Forwarded-Proto")) facts.forwarded_proto = value;
    else if (same_field(name, "Sec-Fetch-Dest")) facts.fetch_dest = value;
    else if (same_field(name, "Sec-Purpose") || same_field(name, "Purpose"))
      facts.prefetch |= value.find("prefetch") != std::string_view::npos;
  });
  return facts;
}

// Two consent cookies are tampered with or ambiguous: no choice (CK-14).
std::optional<signed_choice> read_choice(const site_state& site, const header_section& request, request_facts& facts,
                                         bool secure, std::string_view host) {
  if (facts.cookie_bytes == 0) return {};
  const std::string& consent = site.cookie_name(secure);
  for_each_field(request, [&](std::string_view name, std::string_view value) {
    if (!same_field(name, "Cookie")) return;
    // Only that cookie's value holds a tilde, as good as always.
    if (value.find('~') != std::string_view::npos) read_consent(value, consent, facts);
  });
  if (facts.consent_count != 1) return {};
  return read_consent_cookie(facts.consent, host, site.signing);
}

// By the visitor, or by the visitor's signal; not merely unasked.
bool is_refusal(rule r) { return r == rule::d2 || r == rule::d3c || r == rule::d4; }

bool is_form(const exchange& v) { return v.resource == resource::preferences || v.resource == resource::signal; }

void note_finding(void* context, const finding& found) {
  auto& v = *static_cast<exchange*>(context);
  const bool may_end = is_form(v) && !v.is_get;  // by the choice that is being posted
  if (found.from_request && (may_end || (!found.verdict.allowed && is_refusal(found.verdict.rule))))
    v.held_names.emplace_back(found.name);
  if (!v.site->options.reports) return;
  v.report.push_back({found.from_request, std::string(found.name), std::string(found.what.vendor), found.what.category,
                      found.what.shared, found.verdict.allowed, name_of(found.verdict.rule),
                      why(v.decision, found.verdict), name_of(found.what.from)});
}

// What identify may have to show again: who is logged in is known only after the cookies were read.
void keep_cookies(exchange& v, const header_section& request) {
  if (!v.cookies.empty()) return;
  for_each_field(request, [&](std::string_view name, std::string_view value) {
    if (same_field(name, "Cookie")) v.cookies.append(value).append(1, '\n');
  });
}

void show_cookies(exchange& v, header_section& request) {
  if (v.cookies.empty()) return;
  request.erase("Cookie");
  v.cookie_fields = 0;
  for (std::string_view left = v.cookies; !left.empty(); left.remove_prefix(left.find('\n') + 1)) {
    request.add("Cookie", left.substr(0, left.find('\n')));
    ++v.cookie_fields;
  }
}

// Rewrites each Cookie field with what may be used of it.
void hide_cookies(exchange& v, header_section& request, std::size_t cookie_bytes) {
  const filter f = filter_of(v);
  std::string kept(filtered_size_max(cookie_bytes), '\0');
  std::vector<std::string_view> fields;
  std::size_t start = 0, removed_total = 0;
  for_each_field(request, [&](std::string_view name, std::string_view value) {
    if (!same_field(name, "Cookie")) return;
    std::size_t removed = 0;
    const std::size_t size = filter_cookies(f, value, kept.data() + start, removed);
    if (size > 0) fields.emplace_back(kept.data() + start, size);
    start += size;
    removed_total += removed;
  });
  if (removed_total == 0) return;
  v.hid_cookies = true;
  v.cookie_fields = fields.size();
  keep_cookies(v, request);
  request.erase("Cookie");
  for (const std::string_view field : fields) request.add("Cookie", field);
}

// Cookie fields behind those of the header section came as chunked trailers (GPC-6): they were never filtered.
void hide_trailers(const exchange& v, header_section& request) {
  std::size_t left = v.cookie_fields;
  request.keep_if(
      "Cookie",
      [](void* context, std::string_view) {
        auto& n = *static_cast<std::size_t*>(context);
        return n > 0 && n-- > 0;
      },
      &left);
}

bool is_html(std::string_view content_type) {
  constexpr std::string_view html = "text/html";
  const std::string_view type = content_type.substr(0, content_type.find_first_of("; \t"));
  return same_field(type, html);
}

bool may_insert(const exchange& v, unsigned status, const header_section& response) {
  const bool is_whole = status != 204 && status != 206 && status != 304;
  return v.is_get && v.is_document && v.site->settings.insert_notice && is_whole &&
         is_html(response.first("Content-Type")) && response.first("Content-Encoding").empty();
}

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

page_model model_of(const exchange& v, std::string_view language, const std::string& css_url) {
  page_model model;
  model.settings = &v.site->settings;
  model.decision = &v.decision;
  model.chosen = v.chosen ? &*v.chosen : nullptr;
  model.language = language;
  model.consent_path = v.site->settings.consent_path;
  model.return_path = v.target;
  model.css_url = css_url;
  model.now = v.now;
  return model;
}

void insert_notice(const exchange& v, const header_section& response, std::string& body) {
  const std::string policies = policies_of(response);
  const auto terms_of = [&, is_closed = policies.empty() && has_policy_of_its_own(body)](std::string_view kind) {
    return is_closed ? inline_terms{false, {}} : inline_terms_of(policies, kind);
  };
  const config& settings = v.site->settings;
  std::string language(language_of_page(body));
  if (language.empty()) language = settings.languages.front();
  const std::string css_url = settings.consent_path + "/" + v.site->files.version_path() + "notice.css";
  page_model model = model_of(v, language, css_url);
  model.styles = terms_of("style-src");
  model.insert_settings_link = !links_to(body, settings.consent_path);
  model.insert_withdraw = body.find(withdraw_mark) == std::string::npos;
  insert(body, {render_styles(model) + script_tag(v, model, terms_of("script-src")), render_notice(model),
                render_status(model), render_link(model) + render_post(model, "page"),
                model.insert_withdraw ? std::string{} : render_withdraw(model)});
}

// A response that the application offers to every cache must not carry one visitor's cookie.
bool is_for_everyone(const header_section& response) {
  const std::string_view control = response.first("Cache-Control");
  return control.find("public") != std::string_view::npos || control.find("immutable") != std::string_view::npos ||
         (control.find("max-age") != std::string_view::npos && control.find("private") == std::string_view::npos);
}

void remember_signal(exchange& v, header_section& response) {
  const record next =
      after_signal(v.chosen ? &*v.chosen : nullptr, v.decision.seen.gpc ? source::gpc_header : source::dnt, v.now);
  record_signal(v, next);
  for (const std::string& field : cookies_after(v, next, v.decision, v.held_names)) response.add("Set-Cookie", field);
}

// Keeps the Set-Cookie fields that may pass; says whether the response had any.
bool filter_set_cookies(exchange& v, header_section& response) {
  struct context {
    filter f;
    bool any;
  } c{filter_of(v), false};
  response.keep_if(
      "Set-Cookie",
      [](void* at, std::string_view value) {
        auto& each = *static_cast<context*>(at);
        each.any = true;
        return may_set(each.f, value);
      },
      &c);
  return c.any;
}

std::unique_ptr<records> open_log(const config& settings, const site_options& options,
                                  const std::vector<std::string>& secrets) {
  const std::string& store = options.records.empty() ? settings.records : options.records;
  if (store == "none") return nullptr;
  if (store.empty()) {
    options.warn("no records configured (records.store): nothing will prove what visitors chose");
    return nullptr;
  }
  records_options how;
  how.keys = secrets;
  how.retain_days = settings.retain_days;
  how.warn = options.warn;
  return records::open(store, std::move(how));
}

site_state make_state(config settings, site_options options) {
  if (options.mode) settings.policy.mode = *options.mode;
  if (!options.records.empty())
    settings.records = options.records == "none" ? "" : options.records;  // the pages tell of it
  if (!options.warn) options.warn = [](const std::string& text) { std::fprintf(stderr, "abide: %s\n", text.c_str()); };
  std::vector<std::string> secrets = options.keys.empty() ? read_secrets(settings.keys) : options.keys;
  auto log = open_log(settings, options, secrets);
  if (secrets.empty()) {
    options.warn("no keys configured (consent.keys): a random key signs the choices, and a restart forgets them");
    secrets.push_back(random_secret());
  }
  keys signing(secrets, "consent.keys");
  places where(settings, options.location);
  browser_files files(options.browser_files, public_policy_json(settings));
  std::string secure_cookie = consent_cookie_name(settings, true), plain_cookie = consent_cookie_name(settings, false);
  static std::atomic<std::uint64_t> count{0};
  for (const std::string& tag : settings.languages)
    files.add(tag + ".json", "application/json", page_words_json(texts_of(settings).in(tag)));
  return {++count,          std::move(settings),      std::move(options),      std::move(signing), std::move(where),
          std::move(files), std::move(secure_cookie), std::move(plain_cookie), std::move(log)};
}

}  // namespace

std::int64_t site_state::now() const {
  using namespace std::chrono;
  if (options.clock) return options.clock();
  return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

memo& memo_of(const site_state& site) {
  thread_local std::unique_ptr<memo> names;
  thread_local std::uint64_t number = 0;
  if (!names) names = std::make_unique<memo>();
  if (number != site.number) names->forget();
  number = site.number;
  return *names;
}

filter filter_of(exchange& v) {
  const bool may_refuse = v.decision.remember || v.chosen || v.who.opted_out;
  const bool is_told = v.site->options.reports || is_form(v) || may_refuse;
  const observer o{[](void* context, const finding& found) { note_finding(context, found); }, &v};
  return {&v.site->settings.policy, &v.decision, v.host, v.now, is_told ? o : observer{}, &memo_of(*v.site)};
}

visit::visit(std::unique_ptr<exchange> e) noexcept : exchange_(std::move(e)) {}
visit::visit(visit&&) noexcept = default;
visit& visit::operator=(visit&&) noexcept = default;
visit::~visit() = default;

const abide::decision& visit::decision() const noexcept { return exchange_->decision; }
const record* visit::chosen() const noexcept { return exchange_->chosen ? &*exchange_->chosen : nullptr; }
const std::vector<report_item>& visit::report() const noexcept { return exchange_->report; }

std::size_t visit::body_limit() const noexcept {
  constexpr std::size_t form_size_max = 4096;
  return exchange_->resource == resource::none ? 0 : form_size_max;
}

site::site(config settings, site_options options)
    : state_(std::make_unique<site_state>(make_state(std::move(settings), std::move(options)))) {}
site::site(site&&) noexcept = default;
site::~site() = default;

const config& site::settings() const noexcept { return state_->settings; }
records* site::log() const noexcept { return state_->log.get(); }

visit site::begin(std::string_view method, std::string_view target, header_section& request,
                  const connection& from) const {
  auto made = std::make_unique<exchange>();
  exchange& v = *made;
  const abide::policy& policy = state_->settings.policy;
  request_facts facts = read_request(request, policy.joined);
  v.site = state_.get();
  v.now = state_->now();
  v.resource = resource_of(*state_, target);
  v.host = host_without_port(facts.host.empty() ? policy.host : facts.host);
  v.secure = from.secure || (facts.forwarded_proto == "https" && state_->where.trusts(from.peer));
  v.is_get = method == "GET";
  v.is_document = facts.fetch_dest.empty() || facts.fetch_dest == "document";
  const bool is_frame = facts.fetch_dest == "iframe" || facts.fetch_dest == "frame";
  v.is_prefetch = facts.prefetch;  // nobody sees it yet
  v.may_remember = !v.is_prefetch && (v.is_document || is_frame || facts.fetch_dest == "empty");
  if (v.is_get && v.is_document) v.target = target;
  if (auto choice = read_choice(*state_, request, facts, v.secure, v.host)) {
    v.chosen = choice->record;
    v.subject = std::move(choice->subject);
  }
  v.who.known = v.chosen.has_value();
  const jurisdiction& place = jurisdiction_of(state_->where.location(request, from.peer), v.now);
  v.decision = decide(policy, facts.seen, place, v.chosen ? &*v.chosen : nullptr, v.who, v.now);
  v.cookie_fields = facts.cookie_fields;
  if (facts.cookie_bytes > 0) hide_cookies(v, request, facts.cookie_bytes);
  return visit(std::move(made));
}

void visit::identify(std::string_view account, const visitor& about, header_section& request) {
  exchange& v = *exchange_;
  v.account = account;
  v.who = about;
  v.who.known = !account.empty() || v.chosen.has_value();
  join_account(v);
  v.decision = decide(v.site->settings.policy, v.decision.seen, *v.decision.place, v.chosen ? &*v.chosen : nullptr,
                      v.who, v.now);
  show_cookies(v, request);
  v.held_names.clear();
  v.report.clear();
  std::size_t bytes = 0;
  for_each_field(request, [&](std::string_view name, std::string_view value) {
    if (same_field(name, "Cookie")) bytes += value.size() + 2;
  });
  if (bytes > 0) hide_cookies(v, request, bytes);
}

std::optional<own_reply> visit::answer(std::string_view method, std::string_view target, header_section& request,
                                       std::string_view body) {
  hide_trailers(*exchange_, request);
  if (exchange_->resource == resource::none) return {};
  return answer_own(*exchange_, method, target, request, body);
}

bool visit::finish(unsigned status, header_section& response, std::string* body) {
  exchange& v = *exchange_;
  const abide::policy& policy = v.site->settings.policy;
  bool personal = filter_set_cookies(v, response) || v.hid_cookies;
  const bool may_write = status < 400 && policy.mode == mode::enforce && !is_for_everyone(response);
  if (may_write && v.decision.remember && v.may_remember) {
    remember_signal(v, response);
    personal = true;
  } else if (may_write && !v.target.empty() && !v.held_names.empty()) {
    for (const std::string& field : expiries_of_refused(v, v.target)) response.add("Set-Cookie", field);
    personal = true;
  }
  if (policy.dnt == dnt_policy::ignore) add_vary(response, {"Sec-GPC"});
  else add_vary(response, {"Sec-GPC", "DNT"});
  const bool insert = body && may_insert(v, status, response);
  if (insert) {
    insert_notice(v, response, *body);
    for (const std::string_view validator : {"ETag", "Last-Modified", "Content-MD5", "Digest", "Repr-Digest"})
      response.erase(validator);  // they name the page as it was before
  }
  if (insert || personal) make_private(response);
  return insert;
}

std::vector<std::string> cookies_after(exchange& v, const record& next, const decision& after,
                                       const std::vector<std::string>& held_names) {
  const abide::policy& policy = v.site->settings.policy;
  std::vector<std::string> fields{write_consent_cookie(v.site->cookie_name(v.secure), {next, v.subject}, v.host,
                                                       v.site->signing, v.secure, consent_cookie_days)};
  if (policy.mode == mode::observe) return fields;
  std::vector<std::string_view> names(held_names.begin(), held_names.end());
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  const auto domains = cookie_domains(v.host);
  for (const std::string_view name : names) {
    if (judge(after, policy, name, classify(policy, {name, v.host, false})).allowed) continue;
    // Partitioned ones, which are rare, go with the next page: a header section above 4 KB is too much for many
    // proxies.
    for (std::string& field : expiries(name, domains, v.secure, false)) fields.push_back(std::move(field));
  }
  return fields;
}

std::vector<std::string> expiries_of_refused(const exchange& v, std::string_view target) {
  constexpr std::size_t most = 40;
  std::vector<std::string> fields;
  if (v.site->settings.policy.mode == mode::observe || v.held_names.empty()) return fields;
  const auto domains = cookie_domains(v.host);
  for (const std::string& path : cookie_paths(target))
    for (const std::string& name : v.held_names)
      for (std::string& field : expiries(name, domains, v.secure, path == "/", path))
        if (fields.size() < most) fields.push_back(std::move(field));
  return fields;
}

site load_site(const std::string& policy_file, site_options options) {
  return site(load_config(policy_file), std::move(options));
}

}  // namespace abide
