#include "site/finishing.hpp"

#include "site/cache_rules.hpp"
#include "site/changes.hpp"
#include "site/cookies.hpp"
#include "site/expiring.hpp"
#include "site/insertion.hpp"
#include "site/reading.hpp"

namespace abide::detail {
namespace {

bool may_insert(const exchange& v, unsigned status, const response_facts& facts) {
  const bool is_whole = status != 204 && status != 206 && status != 304;
  return is_whole && (v.is_get || v.is_head) && v.is_document && v.site->settings.insert_notice && is_html(facts) &&
         facts.content_encoding.empty();
}

// A response that the application offers to every cache must not carry one visitor's cookie.
bool is_for_everyone(const response_facts& facts) {
  const std::string_view control = facts.cache_control;
  const auto says = [control](std::string_view word) { return control.find(word) != std::string_view::npos; };
  return !control.empty() && (says("public") || says("immutable") || (says("max-age") && !says("private")));
}

void remember_signal(exchange& v, header_section& response) {
  const record next = after_signal(chosen_of(v), v.decision.seen.gpc ? source::gpc_header : source::dnt, v.now);
  note_signal(v, next);
  for (const std::string& field : cookies_after(v, next, v.decision, held_names(v))) response.add("Set-Cookie", field);
}

// They name the page as it was before.
void drop_validators(header_section& response) {
  for (const std::string_view name : {"ETag", "Last-Modified", "Content-MD5", "Digest", "Repr-Digest"})
    response.erase(name);
}

/// What is to be done, from the response as it came: the section is changed later, and its views with it.
struct plan {
  bool insert = false, may_write = false;
};

plan plan_for(const exchange& v, unsigned status, const response_facts& facts) {
  const bool may_write = status < 400 && v.site->settings.policy.mode == mode::enforce && !is_for_everyone(facts);
  return {may_insert(v, status, facts), may_write};
}

/// Says whether the response now depends on the visitor.
bool add_cookies(exchange& v, header_section& response) {
  if (v.decision.remember && v.may_remember) {
    remember_signal(v, response);
    return true;
  }
  if (v.target.empty() || held_names(v).empty()) return false;
  for (const std::string& field : expiries_of_refused(v, v.target.view())) response.add("Set-Cookie", field);
  return true;
}

}  // namespace

bool may_insert(const exchange& v, unsigned status, const header_section& response) {
  return v.is_get && may_insert(v, status, read_response(response));
}

bool finish_response(exchange& v, unsigned status, header_section& response, std::string* body) {
  const response_facts facts = read_response(response);
  const plan todo = plan_for(v, status, facts);
  const bool insert = todo.insert && body && v.is_get;
  const bool is_other_page = insert || (todo.insert && v.is_head);  // what GET would bring is said of HEAD
  bool personal = facts.sets_cookies || hides_cookies(v) || is_other_page;
  if (facts.sets_cookies) filter_set_cookies(v, response);
  if (todo.may_write && add_cookies(v, response)) personal = true;
  vary_by_signals(response, facts, v.site->settings.policy.dnt != dnt_policy::ignore);
  if (insert) insert_notice(v, response, *body);
  if (is_other_page) drop_validators(response);
  if (is_other_page && !insert) response.erase("Content-Length");  // nobody knows it yet
  if (personal) make_private(response, facts);
  return insert;
}

}  // namespace abide::detail
