#include "site/cookies.hpp"

#include <memory>
#include <utility>

#include "site/memory.hpp"
#include "site/mixed.hpp"

namespace abide::detail {
namespace {

// By the visitor, or by the visitor's signal; not merely unasked.
bool is_refusal(rule r) noexcept { return r == rule::d2 || r == rule::d3c || r == rule::d4; }

bool is_form(const exchange& v) noexcept {
  return !v.is_get && (v.resource == resource::preferences || v.resource == resource::signal);
}

/// A reading in the making.
struct reader {
  exchange& v;
  cookie_reading* into;  ///< null: of the response's cookies only the report is kept
};

void note_finding(void* context, const finding& found) {
  auto& [v, into] = *static_cast<reader*>(context);
  // A form's choice may end what is still allowed.
  if (into && (is_form(v) || (!found.verdict.allowed && is_refusal(found.verdict.rule))))
    into->held.emplace_back(found.name);
  if (!v.site->reports) return;
  v.report.push_back({found.from_request, std::string(found.name), std::string(found.what.vendor), found.what.category,
                      found.what.shared, found.verdict.allowed, name_of(found.verdict.rule),
                      why(v.decision, found.verdict), name_of(found.what.from)});
}

bool allows_all(const decision& d) noexcept {
  for (const category c : categories)
    if (!d.of(c, false).allowed || !d.of(c, true).allowed || !d.exempt[static_cast<unsigned>(c)].allowed) return false;
  return true;
}

/// Whether every cookie passes and nobody wants to know which: then none need be looked at.
bool needs_no_look(const exchange& v) noexcept { return allows_all(v.decision) && !v.site->reports && !is_form(v); }

filter filter_of(const exchange& v, observer told) {
  return {&v.site->settings.policy, &v.decision, v.host.view(), v.now, told, memory_of(*v.site).names.classifier()};
}

template <class Function>
void for_each_cookie_field(const header_section& request, Function f) {
  for_each_field(request, [&](std::string_view name, std::string_view value) {
    if (same_field(name, "Cookie")) f(value);
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
  made->fingerprint = mixed(v.secure ? 1 : 2, made->received);
  return made;
}

/// The same, remembered where it may be: a form's and a report's are of one request.
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

/// What the thread remembers of a request's one Cookie field; null where there is none, or several.
recent_readings::entry* entry_of(const exchange& v, const header_facts& facts) {
  if (facts.cookie_fields != 1) return nullptr;
  return memory_of(*v.site).readings.of(facts.cookie, v.host.view(), v.secure);
}

const signed_choice* verify_choice(const exchange& v, const header_section& request, const header_facts& facts) {
  const std::string_view value = find_consent(request, facts, v.site->cookie_name(v.secure));
  return value.empty() ? nullptr : memory_of(*v.site).choices.read(value, v.host.view(), v.site->signing);
}

}  // namespace

// Ten rules fit into four bits, and one bit says the answer: a verdict is five bits, and there are twelve.
decision_key key_of(const decision& d) noexcept {
  decision_key key{d.place, d.in_programme ? 1u : 0u};
  for (const auto* column : {&d.own, &d.shared, &d.exempt})
    for (const verdict& v : *column)
      key.verdicts = key.verdicts << 5 | static_cast<unsigned>(v.rule) << 1 | (v.allowed ? 1u : 0u);
  return key;
}

const signed_choice* read_choice(const exchange& v, const header_section& request, const header_facts& facts) {
  if (facts.cookie_fields == 0) return nullptr;
  recent_readings::entry* entry = entry_of(v, facts);
  if (!entry) return verify_choice(v, request, facts);
  if (!entry->is_read) {
    if (const signed_choice* choice = verify_choice(v, request, facts)) entry->choice = *choice;
    entry->is_read = true;
  }
  return entry->choice ? &*entry->choice : nullptr;
}

void hide_cookies(exchange& v, header_section& request, const header_facts& facts) {
  v.cookie_fields = facts.cookie_fields;
  v.cookies = nullptr;
  if (facts.cookie_fields == 0 || needs_no_look(v)) return;
  v.cookies = reading_of(v, request, facts, entry_of(v, facts));
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
  std::size_t left = v.cookie_fields;
  request.keep_if(
      "Cookie",
      [](void* context, std::string_view) {
        auto& n = *static_cast<std::size_t*>(context);
        return n > 0 && n-- > 0;
      },
      &left);
}

void filter_set_cookies(exchange& v, header_section& response) {
  if (needs_no_look(v)) return;
  reader from{v, nullptr};
  filter f = filter_of(v, v.site->reports ? observer{note_finding, &from} : observer{});
  response.keep_if(
      "Set-Cookie",
      [](void* context, std::string_view value) { return may_set(*static_cast<const filter*>(context), value); }, &f);
}

}  // namespace abide::detail
