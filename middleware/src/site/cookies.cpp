#include "site/cookies.hpp"

#include <algorithm>
#include <memory>
#include <unordered_set>
#include <utility>

#include "site/memory.hpp"
#include "site/mixed.hpp"

namespace abide::detail {
namespace {

// Refused by the visitor, by a signal, or by the law of a place where nothing may be stored before an answer. The law
// counts only for cookies that somebody classified: a cookie that the policy forgot is not deleted before the visitor
// has chosen.
bool is_refused(const finding& f) noexcept {
  if (f.verdict.allowed) return false;
  const rule by = f.verdict.rule;
  if (by == rule::d6) return f.what.from != evidence::model && f.what.from != evidence::rule;
  return by == rule::d2 || by == rule::d3c || by == rule::d4;
}

bool is_form(const exchange& v) noexcept {
  return !v.is_get && (v.resource == resource::preferences || v.resource == resource::signal);
}

/// The context of note_finding.
struct reader {
  exchange& v;
  cookie_reading* into;  ///< null: for the response's cookies only the report is kept
};

void note_finding(void* context, const finding& found) {
  auto& [v, into] = *static_cast<reader*>(context);
  // The form's choice may end cookies that are still allowed.
  if (into && (is_form(v) || is_refused(found))) into->held.emplace_back(found.name);
  if (!found.verdict.allowed) ++(into ? into->hidden : v.withheld)[static_cast<unsigned>(found.what.category)];
  if (!v.site->reports) return;
  v.report.push_back({found.from_request, std::string(found.name), std::string(found.what.vendor), found.what.category,
                      found.what.shared, found.verdict.allowed, to_string(found.verdict.rule),
                      why(v.decision, found.verdict), to_string(found.what.from)});
}

/// Every name once, in order.
std::vector<std::string> distinct(const std::vector<std::string>& names) {
  std::vector<std::string> kept;
  std::unordered_set<std::string_view> seen;
  for (const std::string& name : names)
    if (seen.insert(name).second) kept.push_back(name);
  return kept;
}

bool refuses_all(const record& r) noexcept {
  return std::all_of(r.choices.begin() + 1, r.choices.end(), [](choice c) { return c == choice::denied; });
}

bool allows_all(const decision& d) noexcept {
  for (const category c : categories)
    if (!d.of(c, false).allowed || !d.of(c, true).allowed || !d.exempt[static_cast<unsigned>(c)].allowed) return false;
  return true;
}

/// Whether every cookie passes and nobody asks which: then the cookies need not be read.
bool needs_no_look(const exchange& v) noexcept { return allows_all(v.decision) && !v.site->reports && !is_form(v); }

filter filter_of(const exchange& v, observer told) {
  return {&v.site->settings.policy, &v.decision, v.host.view(), v.now, told, memory_of(*v.site).names.classifier()};
}

/// A pass over the Set-Cookie fields.
struct set_cookie_reader {
  filter by;
  text_list& deletions;                    ///< sent in place of fields that pass only as deletions
  recent_set_cookies* lately;              ///< null: each field is filtered anew
  std::array<std::uint32_t, 4>& withheld;  ///< counts what `lately` answers
  std::uint64_t terms = 0;                 ///< the number that `lately` has for them
};

/// Whether the field may stay, because it is a deletion and nothing else. If not, the deletion made of it is sent
/// instead.
bool stays_or_add(text_list& deletions, std::string_view field) {
  std::string& bytes = deletions.next();
  const std::size_t before = bytes.size();
  bytes.resize(before + deletion_size_max(field.size()));
  bytes.resize(before + write_deletion(field, bytes.data() + before));
  const bool stays = says_the_same(field, deletions.written());
  if (stays) deletions.drop();
  else deletions.keep();
  return stays;
}

bool keeps_whole(void* context, std::string_view field) {
  auto& [by, deletions, lately, withheld, terms] = *static_cast<set_cookie_reader*>(context);
  if (lately) {
    const recent_set_cookies::answer& known = lately->of(by, terms, field);
    if (known.passes == set_cookie_action::keep) return true;
    ++withheld[static_cast<unsigned>(known.what)];
    if (known.passes == set_cookie_action::remove) return false;
    const bool stays = known.stays(field);
    if (!stays) deletions.add(known.deletion);
    return stays;
  }
  const set_cookie_action passes = filter_set_cookie(by, field);
  return passes == set_cookie_action::keep ||
         (passes == set_cookie_action::as_deletion && stays_or_add(deletions, field));
}

template <class Function>
void for_each_cookie_field(const header_section& request, Function f) {
  for_each_field(request, [&](std::string_view name, std::string_view value) {
    if (is_field<"Cookie">(name)) f(value);
  });
}

std::shared_ptr<const cookie_reading> read_cookies(exchange& v, const header_section& request,
                                                   const header_facts& facts) {
  auto made = std::make_shared<cookie_reading>();
  reader from{v, made.get()};
  const filter f = filter_of(v, {note_finding, &from});
  std::vector<char>& room = memory_of(*v.site).scratch;
  room.resize(filtered_size_max(facts.cookie_bytes));
  made->received.reserve(facts.cookie_bytes);
  for_each_cookie_field(request, [&](std::string_view value) {
    std::size_t removed = 0;
    const std::size_t size = filter_cookies(f, value, room.data(), removed);
    made->hides = made->hides || removed > 0;
    if (size > 0) made->kept.emplace_back(room.data(), size);
    made->received.append(value).append(1, '\n');
  });
  made->held = distinct(made->held);
  made->fingerprint = mixed(v.secure ? 1 : 2, made->received);
  return made;
}

/// The same, remembered if possible: the readings of forms and reports belong to one request.
std::shared_ptr<const cookie_reading> reading_of(exchange& v, const header_section& request, const header_facts& facts,
                                                 recent_readings::entry* entry) {
  if (!entry || v.site->reports || is_form(v) || v.decision.in_programme) return read_cookies(v, request, facts);
  const decision_key key = key_of(v.decision);
  if (!entry->reading || !(entry->key == key)) {
    entry->reading = read_cookies(v, request, facts);
    entry->key = key;
  }
  return entry->reading;
}

/// Combines the consent cookies of a request. Policies change: when consent.domain is added, changed or removed,
/// earlier choices and signals still count. On HTTPS the name tells whether a cookie is a host's own.
struct consent_reader {
  const exchange& v;
  const cookie_names::pair& own = v.site->names.of({{}, v.secure, false});
  const cookie_names::pair& shared = v.site->names.of({{}, v.secure, true});
  const cookie_names::pair& plain = v.site->names.plain;
  consent_reading found{};
  unsigned left = 8;  ///< how many cookies are still verified, each for up to nine hosts; the others can only refuse
  struct doubted {
    std::string value;
    bool is_signal;
  };
  std::vector<doubted> elsewhere{};  ///< what counts only if nothing was chosen here

  bool may_verify() { return left > 0 && left-- > 0; }

  const signed_choice* read(std::string_view value, const cookie_realm& realm) const {
    return memory_of(*v.site).choices.read(value, realm, v.site->signing);
  }

  /// A choice of a domain that the policy no longer names.
  const signed_choice* read_of_domain(std::string_view value) const {
    const cookie_realm here = realm_of(v);
    for (const std::string& domain : domains_of(v)) {
      const cookie_realm realm{domain, v.secure, true};
      if (realm == here) continue;
      if (const signed_choice* choice = read(value, realm)) return choice;
    }
    return nullptr;
  }

  bool add_of_domain(std::string_view value) {
    const signed_choice* choice = read_of_domain(value);
    if (choice) found.add_of_domain(*choice);
    return choice != nullptr;
  }

  /// A choice of the host alone, although the policy names a domain now.
  bool add_of_host(std::string_view value) {
    const signed_choice* choice = read(value, {v.host.view(), v.secure, false});
    found.of_host = found.of_host || choice || v.secure;
    if (choice) found.add(*choice);
    return choice != nullptr;
  }

  void add_unknown(std::string_view value) {
    found.add_refusals(value);
    found.is_unknown = true;
    found.is_doubtful = !found.is_verified;
  }

  void add_choice(std::string_view value, bool is_own, bool is_shared) {
    const bool is_alone = v.secure && is_own;  // browsers keep one of this name, so others do not take its place
    if (!is_alone && !may_verify()) return add_unknown(value);
    if (v.shares_choice ? is_shared : is_own)
      if (const signed_choice* choice = read(value, realm_of(v))) return found.add(*choice);
    if (v.shares_choice && is_own && add_of_host(value)) return;
    if (is_shared && add_of_domain(value)) return;
    add_unknown(value);
  }

  /// Any host of the domain can set a cookie for the domain, so an unsigned one does not count against a host's own
  /// choice.
  bool is_elsewhere(std::string_view name) const {
    return v.secure && !v.shares_choice && (name == shared.choice || name == shared.signal);
  }

  /// Written before the site moved to HTTPS. Anybody on the network can write one, so it cannot grant anything, and
  /// does not count against a choice made on HTTPS; the next choice ends it.
  bool is_older(std::string_view name) const { return v.secure && (name == plain.choice || name == plain.signal); }

  void look_in(std::string_view field) {
    if (field.find(v.site->settings.policy.consent_cookie) == std::string_view::npos) return;
    cookie_pair pair;
    for (cookie_walk walk(field); walk.next(pair);) {
      const bool is_own = pair.name == own.choice, is_shared = pair.name == shared.choice;
      if (is_elsewhere(pair.name)) {
        if (is_shared && may_verify() && add_of_domain(pair.value)) continue;
        elsewhere.push_back({std::string(pair.value), !is_shared});
      } else if (is_own || is_shared) {
        add_choice(pair.value, is_own, is_shared);
      } else if (pair.name == own.signal || pair.name == shared.signal) {
        found.add_signal(pair.value);
      } else if (pair.name == names_of(v).twin) {
        found.has_twin = true;
      } else if (is_older(pair.name)) {
        found.is_unknown = true;
        elsewhere.push_back({std::string(pair.value), pair.name == plain.signal});
      }
    }
  }

  void add_doubted(const doubted& each) {
    if (each.is_signal) found.add_signal(each.value);
    else add_unknown(each.value);
  }

  /// To be called after the last field.
  void settle() {
    const bool chose_here = found.is_verified;
    found.settle();
    if (!chose_here)
      for (const doubted& each : elsewhere) add_doubted(each);
    found.note_newest();
  }
};

consent_reading consent_in(const exchange& v, const header_section& request) {
  consent_reader reader{v};
  for_each_cookie_field(request, [&](std::string_view value) { reader.look_in(value); });
  reader.settle();
  return std::move(reader.found);
}

void take(exchange& v, const consent_reading& found) {
  cookie_state& c = v.cookie;
  c.is_verified = found.is_verified;
  c.is_doubtful = found.is_doubtful;
  c.has_twin = found.has_twin;
  c.has_signal = found.has_signal;
  c.signal_written = found.signal_written;
  c.must_end_signal = must_end_signal(found, v.now);
  c.of_host = found.of_host;
  c.is_unknown = found.is_unknown;
  v.chosen = record_at(found, v.now);
  if (!found.is_verified) return;
  v.subject.assign(found.choice->subject);
  c.serial = found.choice->serial;
  c.is_ambiguous = found.is_ambiguous;
  c.is_ahead = found.newest > v.now + clock_skew;
  c.written = found.choice->written;
  c.is_newly_signed = found.choice->is_newly_signed;
}

std::array<choice, 4> refusals_in(const std::array<choice, 4>& choices) noexcept {
  std::array<choice, 4> refused = choices;
  std::ranges::replace(refused, choice::granted, choice::none);
  return refused;
}

/// A later choice, whose cookie this is, was made knowing of the opt-out. One from the future counts as made now, once.
void apply_signal_of_log(exchange& v, std::int64_t signal_ms) {
  if (signal_ms < v.cookie.serial) return;
  std::int64_t since = signal_ms / 1000;
  if (is_ahead(since, v.now)) {
    if (signal_ms == v.cookie.serial || v.chosen->sticky_since.value_or(-1) >= v.chosen->time) return;
    since = v.now;
  }
  if (keep_signal(*v.chosen, since)) v.cookie.is_stale = true;
}

}  // namespace

recent_readings::entry* entry_of(const exchange& v, const header_facts& facts) {
  if (facts.cookie_fields != 1) return nullptr;
  return memory_of(*v.site).readings.of(facts.cookie, v.host.view(), v.secure);
}

void read_consent(exchange& v, const header_section& request, const header_facts& facts,
                  recent_readings::entry* entry) {
  if (facts.cookie_fields == 0) return;
  if (!entry) return take(v, consent_in(v, request));
  if (!entry->is_read) {
    entry->consent = consent_in(v, request);
    entry->is_read = true;
  }
  take(v, entry->consent);
}

// After a clock ran ahead, the log's times tell which act comes next, even if all is refused.
bool must_ask_log(const exchange& v) noexcept {
  return v.site->log && v.cookie.is_verified && !v.cookie.was_asked && !v.subject.empty() && v.chosen &&
         (!refuses_all(*v.chosen) || v.chosen->services.count != 0 || v.cookie.is_ahead);
}

void apply_latest_choice(exchange& v, const latest_choice& said) {
  v.cookie.was_asked = true;
  v.cookie.is_confirmed = said.known;
  v.cookie.recorded = std::max(said.time_ms, said.signal_ms);
  if (said.signal_ms > 0) apply_signal_of_log(v, said.signal_ms);
  if (!said.known || said.time_ms < v.cookie.serial) return;
  const record before = *v.chosen;
  const bool counts = said.time_ms == v.cookie.serial || !is_ahead(said.time_ms / 1000, v.now);
  if (counts) {
    keep_strictest(*v.chosen, said.choices, said.exception);
    keep_services_of(*v.chosen, said.services);
  } else {
    keep_strictest(*v.chosen, refusals_in(said.choices), category_set{});
    v.chosen->services = {};
  }
  const bool same = before.choices == v.chosen->choices && before.services.count == v.chosen->services.count &&
                    before.exception.has_value() == v.chosen->exception.has_value() &&
                    (!before.exception || before.exception->purposes.bits() == v.chosen->exception->purposes.bits());
  if (same) return;
  v.cookie.serial = said.time_ms;
  v.cookie.is_stale = true;
}

void hide_cookies(exchange& v, header_section& request, const header_facts& facts, recent_readings::entry* entry) {
  v.cookie_fields = facts.cookie_fields;
  v.cookies = nullptr;
  if (facts.cookie_fields == 0 || needs_no_look(v)) return;
  v.cookies = reading_of(v, request, facts, entry);
  if (!v.cookies->hides) return;
  const std::vector<std::string>& kept = v.cookies->kept;
  v.cookie_fields = kept.size();
  if (kept.empty()) return request.erase("Cookie");
  request.replace("Cookie", kept.front());
  for (std::size_t i = 1; i < kept.size(); ++i) request.add("Cookie", kept[i]);
}

void show_cookies(exchange& v, header_section& request) {
  if (!hides_cookies(v)) return;
  request.erase("Cookie");
  for (std::string_view left = v.cookies->received; !left.empty(); left.remove_prefix(left.find('\n') + 1))
    request.add("Cookie", left.substr(0, left.find('\n')));
}

void hide_trailers(const exchange& v, header_section& request) {
  if (!may_have_grown(v, request)) return;
  std::size_t left = v.cookie_fields;
  request.keep_if(
      "Cookie",
      [](void* context, std::string_view) {
        auto& n = *static_cast<std::size_t*>(context);
        return n > 0 && n-- > 0;
      },
      &left);
}

void filter_set_cookies(exchange& v, header_section& response, const response_facts& facts) {
  if (needs_no_look(v)) return;
  reader from{v, nullptr};
  memory& remembered = memory_of(*v.site);
  const bool by_name = v.site->reports || v.decision.in_programme;
  set_cookie_reader to{filter_of(v, by_name ? observer{note_finding, &from} : observer{}), remembered.deletions,
                       by_name ? nullptr : &remembered.set_cookies, v.withheld};
  if (to.lately) to.terms = to.lately->terms_of(to.by, key_of(v.decision));
  to.deletions.clear();
  to.by.date = facts.date;
  response.keep_if("Set-Cookie", keeps_whole, &to);
  for (std::size_t i = 0; i < to.deletions.size(); ++i) response.add("Set-Cookie", to.deletions[i]);
}

}  // namespace abide::detail
