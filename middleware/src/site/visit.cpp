// The public interface of an exchange, and the steps that it calls.
#include <exception>
#include <utility>

#include "abide/site.hpp"
#include "site/backend_field.hpp"
#include "site/changes.hpp"
#include "site/choice.hpp"
#include "site/cookies.hpp"
#include "site/finishing.hpp"
#include "site/memory.hpp"
#include "site/mixed.hpp"
#include "site/replies.hpp"
#include "site/resources.hpp"

namespace abide {

using namespace detail;

namespace {

bool is_in(std::string_view host, std::string_view domain) noexcept {
  return !domain.empty() && domain_matches(host, domain);
}

void apply_remembered_choice(exchange& v) {
  if (!must_ask_log(v)) return;
  if (const latest_choice* known = memory_of(*v.site).answers.find(v.subject.view(), v.cookie.serial, v.now))
    apply_latest_choice(v, *known);
}

bool waits(const exchange& v) noexcept { return v.phase >= phase::awaits_account && v.phase <= phase::awaits_save; }

void read_destination(exchange& v, const header_facts& facts) {
  v.shown = detail::find_destination(facts.page);
  v.is_prefetch = facts.prefetch;  // nobody sees it yet
  // Probes, scanners and link previews ask for anything; visitors ask for HTML, or their browsers say where it is
  // shown.
  v.is_seen = !v.is_prefetch && (v.shown != detail::destination::unknown || !facts.page.dest.empty());
  v.may_remember = !v.is_prefetch && v.shown != detail::destination::part;
}

/// What the proxies in front say about a request.
struct approach {
  detail::forwarded said;
  bool trusted = false;
};

approach approach_of(const site_state& site, const header_facts& facts, const header_section& request,
                     connection from) {
  const bool is_direct = from.client.data() == from.peer.data();  // the usual case
  from.peer = detail::peer_address(from.peer);
  from.client = is_direct ? from.peer : detail::peer_address(from.client);
  const detail::trusted_proxies& proxies = site.where.proxies();
  approach by{{}, proxies.trust(from.peer)};
  by.said.client = from.client;
  if (!facts.forwarded) return by;
  if (by.trusted) {
    by.said = detail::read_forwarded(request, from.peer, proxies);
    if (from.client != from.peer) by.said.client = from.client;  // such a server may have removed it from the fields
  } else if (site.is_first(warning::untrusted_proxy)) {
    site.warn("a request from " + std::string(from.peer) +
              " has fields of a proxy, such as X-Forwarded-For, but comes from no trusted proxy, so they are ignored; "
              "if it is a proxy of this site, add its network to jurisdiction.trusted_proxies");
  }
  return by;
}

void read_origin(exchange& v, std::string_view target, const header_facts& facts, const approach& by,
                 const header_section& request, transport via) {
  const auto origin = v.site->origins.of({target, facts.host, facts.hosts, via == transport::tls, by.trusted}, by.said);
  v.is_misdirected = !origin;
  v.secure = origin ? origin->secure : via == transport::tls;
  if (!origin) return;
  v.host.assign_lower(origin->host);
  v.port = origin->port;
  if (!origin->prefix.empty()) v.proxied_path = std::string(origin->prefix) + v.site->settings.consent_path;
  // Read before the body: trailers do not come from the browser.
  v.is_own_form = !v.is_get && v.resource != resource::none &&
                  detail::is_own_form(request, *origin, detail::requested_host(target, facts.host));
  if (!v.is_get && !v.is_head && v.resource == resource::none)
    v.posted_to = std::string(origin->prefix).append(detail::origin_form(target));
  if (!v.is_get || v.shown == detail::destination::part) return;
  if (origin->prefix.empty()) v.target.assign(detail::origin_form(target));
  else v.target.assign(std::string(origin->prefix).append(detail::origin_form(target)));
}

bool is_shown_by_itself(const exchange& v) noexcept {
  return v.resource == resource::none && v.site->settings.insert_notice &&
         (fills_window(v.shown) || v.shown == detail::destination::frame);
}

/// A stored copy that is old, or lacks the insertion, is not the current page; neither is a part of it. Downloads have
/// parts. Abide's own pages have no parts and no copies; some servers would make parts of them.
void read_conditions(exchange& v, header_section& request, const header_facts& facts, const approach& by) {
  const bool shown = is_shown_by_itself(v);
  const bool shares = v.site->settings.shares_pages && v.resource == resource::none && v.site->settings.insert_notice &&
                      v.shown != detail::destination::part;
  if (shares) {
    const bool is_fixed = v.site->where.source_name() == to_string(geo_source::fixed);
    const bool is_frame = v.shown == detail::destination::frame;  // frames get less inserted
    const std::uint64_t kind = (v.secure ? 1u : 0u) + (is_frame ? 2u : 0u);
    const std::uint64_t inserted = mixed(mixed(v.site->insertions + kind, v.host.view()), v.proxied_path);
    v.copy = std::make_unique<shared_copy>(
        copy_for(v.site->settings, inserted, is_fixed ? v.decision.place : nullptr, request, v.now));
    // A visitor may write the fields that the proxies leave unchanged; a cache must not pass them on to other visitors.
    if (v.site->settings.origin.empty()) v.copy->named_by = by.said.named_by;
  }
  if (!v.is_get && !v.is_head) return;  // PUT and the like use conditions to guard what they write
  const bool is_own = v.resource != resource::none;
  if ((shown || is_own) && facts.has_range) {
    v.asks_for_rest = shown && asks_for_rest(request);
    if (!v.asks_for_rest) {
      request.erase("Range");
      request.erase("If-Range");
    }
  }
  if (!facts.is_conditional) return;
  if (v.copy) return translate_conditions(request, *v.copy, shown);
  if (!shown && !is_own) return;
  request.erase("If-None-Match");
  request.erase("If-Modified-Since");
}

/// Whether the request makes the log work. What another site sends is answered without it, so it takes nothing from
/// the visitor's rate.
bool may_ask_log(const exchange& v) noexcept {
  return v.site->log && (v.resource == resource::receipt || (v.is_own_form && !v.is_head));
}

/// Only an exchange that answers takes one: others are begun for the same request, to read what it says.
void take_token(exchange& v) noexcept {
  const bool has_receipt = v.resource != resource::receipt || !v.subject.empty();
  if (may_ask_log(v) && has_receipt) v.is_too_often = !v.site->rates->allow({v.subject.view(), v.asks_from}, v.now);
}

/// Decides with what is now known about the visitor, and hides cookies again.
void decide_again(exchange& v, header_section& request) {
  hide_trailers(v, request);
  v.decision = decide_now(v);
  show_cookies(v, request);
  v.report.clear();
  const header_facts facts = read_request(request, v.site->settings.policy.joined);
  hide_cookies(v, request, facts, entry_of(v, facts));
}

void take_account(exchange& v, const account_state& state, header_section& request) {
  v.phase = phase::begun;
  v.who.opted_out = v.who.opted_out || state.opted_out();
  join_account(v, state);
  decide_again(v, request);
}

/// Whether only the place and the signals are known about the visitor.
bool is_unknown(const exchange& v) noexcept {
  const visitor& who = v.who;
  return !v.chosen && !v.cookie.is_doubtful && !who.known && !who.opted_out && who.age == visitor{}.age &&
         !who.incentive_asked && !who.incentive_kept && who.programme.empty();
}

const decision& first_decision(const exchange& v) {
  return memory_of(*v.site).decisions.of(v.site->settings.policy, v.decision.seen, *v.decision.place, v.now);
}

/// Remembered for all requests of a page, unless the log said more than the cookies.
void decide_from_cookies(exchange& v, recent_readings::entry* entry) {
  const decision& asked = v.decision;
  if (is_unknown(v)) {
    v.decision = first_decision(v);
    return;
  }
  if (!entry || v.cookie.was_asked) {
    v.decision = decide_now(v);
    return;
  }
  auto& last = entry->last;
  const bool same = last.place == asked.place && last.now == v.now && last.seen.gpc == asked.seen.gpc &&
                    last.seen.dnt == asked.seen.dnt;
  if (!same) last = {asked.place, v.now, asked.seen, decide_now(v)};
  v.decision = last.made;
}

bool depends_on_choice(const exchange& v) noexcept {
  return v.resource != resource::gpc_json && v.resource != resource::file && v.resource != resource::unknown;
}

effect ask_log(exchange& v, std::string_view method, std::string_view target, std::string_view body) {
  if (v.resource != resource::none)
    v.pending =
        std::make_unique<pending_request>(pending_request{std::string(method), std::string(target), std::string(body)});
  v.phase = phase::awaits_latest;
  effect wanted;
  wanted.kind = effect_kind::latest;
  wanted.subject = v.subject.view();
  wanted.time_ms = v.cookie.serial;
  return wanted;
}

effect answer_pending(exchange& v, const header_section& request) {
  if (!v.pending) return {};
  const auto pending = std::move(v.pending);
  return answer_own(v, pending->method, pending->target, request, pending->body);
}

// The last effect was carried out: the exchange continues where it stopped.
effect go_on(exchange& v, effect_result& result, header_section& request) {
  switch (std::exchange(v.phase, phase::begun)) {
    case phase::awaits_account: take_account(v, result.account, request); return {};
    case phase::awaits_latest:
      memory_of(*v.site).answers.keep(v.subject.view(), v.cookie.serial, result.latest, v.now);
      apply_latest_choice(v, result.latest);
      if (v.cookie.is_stale) decide_again(v, request);
      return answer_pending(v, request);
    case phase::awaits_history: finish_receipt(v, result.history); return {};
    case phase::awaits_past: return continue_choice(v, result.history);
    case phase::awaits_save:
      memory_of(*v.site).answers.forget(v.subject.view());
      finish_choice(v, result.saved);
      return {};
    default: return {};
  }
}

/// If the account's state was never delivered, the strict answer holds.
void end_exchange(exchange& v, unsigned status) {
  if (v.phase == phase::awaits_account) {
    v.who.opted_out = true;
    v.decision = decide_now(v);
  }
  const bool is_last = status >= 200 || status == 101;  // after 101 the connection speaks another protocol
  if (is_last) v.phase = phase::finished;
}

void settle(exchange& v, bool answered) {
  if (waits(v)) return;
  if (v.reply) v.phase = phase::replied;
  else if (answered) v.phase = phase::passed_on;
}

}  // namespace

decision detail::decide_now(const exchange& v) {
  if (is_unknown(v)) return first_decision(v);
  visitor who = v.who;
  const bool in_doubt = v.cookie.is_doubtful && v.decision.place->regime != regime::opt_in;
  who.opted_out = who.opted_out || in_doubt;
  decision d = decide(v.site->settings.policy, v.decision.seen, *v.decision.place, chosen_of(v), who, v.now);
  if (in_doubt && !d.signal_active) d.notice = notice::banner;
  return d;
}

bool detail::site_state::is_first(warning what) const noexcept {
  const unsigned bit = 1u << static_cast<unsigned>(what);
  return (warned->fetch_or(bit, std::memory_order_relaxed) & bit) == 0;
}

void detail::site_state::warn_once(warning what, const std::string& text) const {
  if (is_first(what)) warn(text);
}

visit::visit(std::unique_ptr<exchange> e) noexcept : exchange_(std::move(e)) {}
visit::visit(visit&&) noexcept = default;
visit& visit::operator=(visit&&) noexcept = default;

// Without finish, the response carried every cookie that the application set. During an exception no response is sent.
visit::~visit() {
  if (!exchange_ || exchange_->phase != phase::passed_on || std::uncaught_exceptions() > 0) return;
  exchange_->site->warn_once(
      warning::unfinished,
      "a response was sent without abide::finish, so its cookies were not filtered; if no response "
      "is sent, call visit::abandon");
}

const abide::decision& visit::decision() const noexcept { return exchange_->decision; }
const record* visit::chosen() const noexcept { return chosen_of(*exchange_); }
const std::vector<report_item>& visit::report() const noexcept { return exchange_->report; }
abide::log* visit::log() const noexcept { return exchange_->site->log.get(); }
void visit::warn_once(warning what, const std::string& text) const { exchange_->site->warn_once(what, text); }
void visit::abandon() noexcept { exchange_->phase = phase::finished; }
std::vector<log_change> visit::take_notes() { return std::exchange(exchange_->notes, {}); }
std::optional<signal_sighting> visit::take_sighting() noexcept { return std::exchange(exchange_->sighting, {}); }
std::optional<notice_view> visit::take_notice_view() noexcept {
  const exchange& v = *exchange_;
  if (!std::exchange(exchange_->bears_notice, false)) return {};
  return notice_view{v.decision.place->code, v.site->settings.layout, v.now};
}

exchange_tally visit::tally() const noexcept {
  exchange_tally made;
  if (exchange_->cookies) made.hidden = exchange_->cookies->hidden;
  made.withheld = exchange_->withheld;
  return made;
}

std::size_t visit::body_limit() const noexcept { return exchange_->resource == resource::none ? 0 : form_size_max; }

effect visit::identify(std::string_view account, const visitor& about, header_section& request) {
  exchange& v = *exchange_;
  v.account = account;
  v.programme = about.programme;
  v.who = about;
  v.who.programme = v.programme;
  v.who.known = !account.empty() || v.cookie.is_verified;
  if (!v.site->log || account.empty()) {
    decide_again(v, request);
    return {};
  }
  v.phase = phase::awaits_account;
  effect wanted;
  wanted.kind = effect_kind::account;
  wanted.account = account;
  return wanted;
}

effect visit::answer(std::string_view method, std::string_view target, header_section& request, std::string_view body) {
  exchange& v = *exchange_;
  if (v.phase == phase::awaits_account) take_account(v, {}, request);  // not told about the account: the strict answer
  hide_trailers(v, request);
  take_token(v);
  effect wanted;
  if (v.is_misdirected) v.reply = failure(421, "This site does not answer for that host.");
  else if (must_ask_log(v) && depends_on_choice(v)) wanted = ask_log(v, method, detail::origin_form(target), body);
  else if (v.resource != resource::none) wanted = answer_own(v, method, detail::origin_form(target), request, body);
  settle(v, true);
  return wanted;
}

effect visit::resume(effect_result result, header_section& request) {
  exchange& v = *exchange_;
  if (!waits(v)) return {};
  const bool answers = v.phase != phase::awaits_account;
  effect wanted = go_on(v, result, request);
  settle(v, answers);
  return wanted;
}

std::optional<own_reply> visit::take_reply() { return std::exchange(exchange_->reply, std::nullopt); }

bool visit::finish(unsigned status, header_section& response, std::string* body) {
  end_exchange(*exchange_, status);
  return finish_response(*exchange_, status, response, body);
}

page_insertion visit::finish_streamed(unsigned status, header_section& response, std::string_view beginning,
                                      bool is_whole) {
  end_exchange(*exchange_, status);
  return page_insertion(detail::finish_streamed(*exchange_, status, response, beginning, is_whole));
}

std::optional<page_parts> visit::finish_placed(unsigned status, header_section& response, std::string_view language) {
  end_exchange(*exchange_, status);
  return detail::finish_placed(*exchange_, status, response, language);
}

page_insertion::page_insertion() noexcept = default;
page_insertion::page_insertion(std::unique_ptr<detail::page_inserter> passing) noexcept
    : passing_(std::move(passing)) {}
page_insertion::page_insertion(page_insertion&&) noexcept = default;
page_insertion& page_insertion::operator=(page_insertion&&) noexcept = default;
page_insertion::~page_insertion() = default;
void page_insertion::feed(std::string_view chunk, std::string& out) { passing_->feed(chunk, out); }
void page_insertion::finish(std::string& out) { passing_->finish(out); }

void visit::tell_backend(header_section& request) const {
  const exchange& v = *exchange_;
  if (may_have_grown(v, request)) strip_backend_field(request);
  if (v.site->settings.policy.mode == mode::enforce)
    request.add(backend_field_name, memory_of(*v.site).backend_fields.of(v.decision, v.chosen.has_value()));
}

bool visit::takes_chunks() const noexcept { return exchange_->takes_chunks; }

bool visit::may_be_page() const noexcept {
  const exchange& v = *exchange_;
  return v.resource == resource::none && v.site->settings.insert_notice && v.shown != detail::destination::part;
}

bool visit::wants_body(unsigned status, const header_section& response) const {
  return may_insert(*exchange_, status, response);
}

const config& site::settings() const noexcept { return state_->settings; }
const std::function<std::int64_t()>& site::clock() const noexcept { return state_->clock; }
log* site::log() const noexcept { return state_->log.get(); }
records* site::records() const noexcept { return state_->records; }

visit site::begin(std::string_view method, std::string_view target, header_section& request, const connection& from,
                  std::int64_t now) const {
  std::unique_ptr<exchange> made(new exchange);
  exchange& v = *made;
  const abide::policy& policy = state_->settings.policy;
  const header_facts facts = read_request(request, policy.joined);
  v.site = state_.get();
  v.now = now;
  v.is_get = method == "GET";
  v.is_head = method == "HEAD";
  v.takes_chunks = from.takes_chunks;
  v.is_chunked = facts.is_chunked;
  v.resource = find_resource(*state_, detail::origin_form(target));
  read_destination(v, facts);
  const approach by = approach_of(*state_, facts, request, from);
  read_origin(v, target, facts, by, request, from.via);
  v.shares_choice = is_in(v.host.view(), state_->settings.consent_domain);
  recent_readings::entry* const entry = entry_of(v, facts);
  read_consent(v, request, facts, entry);
  if (may_ask_log(v)) v.asks_from = state_->rates->key_of(by.said.client);
  v.who.known = v.cookie.is_verified;
  apply_remembered_choice(v);
  v.decision.seen = facts.seen;
  v.decision.place = &memory_of(*state_).places.of(state_->where.location(request, by.trusted, by.said.client), now);
  decide_from_cookies(v, entry);
  hide_cookies(v, request, facts, entry);
  read_conditions(v, request, facts, by);
  if (facts.names_backend) strip_backend_field(request);  // some requests reach an application that nobody tells
  return visit(std::move(made));
}

}  // namespace abide
