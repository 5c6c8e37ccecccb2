#include "abide/filter.hpp"

#include <cstring>

#include "ascii.hpp"
#include "cookie_scope.hpp"

namespace abide {

using namespace detail;

namespace {

classification classify(const filter& f, const cookie_facts& facts) noexcept {
  return f.classifier.classify ? f.classifier.classify(f.classifier.context, *f.policy, facts)
                               : abide::classify(*f.policy, facts);
}

// `domain` is empty for the host's own cookies.
finding find(const filter& f, std::string_view name, std::string_view domain, bool from_request) noexcept {
  finding found;
  found.from_request = from_request;
  found.name = name;
  const cookie_facts facts{name, domain.empty() ? f.host : domain, false};
  found.what = classify(f, facts);
  found.verdict = judge(*f.decision, *f.policy, facts, found.what);
  return found;
}

void report(const filter& f, const finding& found) noexcept {
  if (f.observer.found) f.observer.found(f.observer.context, found);
}

bool may_pass(const filter& f, const finding& found) noexcept {
  return found.verdict.allowed || f.policy->mode == mode::observe;
}

std::string_view name_in(std::string_view piece) noexcept {
  const std::size_t equals = piece.find('=');
  return equals == std::string_view::npos ? std::string_view{} : ascii::trim(ascii::part(piece, 0, equals));
}

std::size_t append(char* out, std::size_t size, std::string_view piece) noexcept {
  if (size > 0) {
    out[size++] = ';';
    out[size++] = ' ';
  }
  std::memcpy(out + size, piece.data(), piece.size());
  return size + piece.size();
}

}  // namespace

std::size_t filter_cookies(const filter& f, std::string_view field, char* out, std::size_t& removed) noexcept {
  removed = 0;
  std::size_t size = 0;
  std::string_view rest = field;
  while (!rest.empty()) {
    const std::string_view piece = ascii::trim(ascii::take_until(rest, ';'));
    if (piece.empty()) continue;
    const finding found = find(f, name_in(piece), {}, true);
    report(f, found);
    if (may_pass(f, found)) size = append(out, size, piece);
    else ++removed;
  }
  if (removed > 0) return size;
  if (!field.empty()) std::memcpy(out, field.data(), field.size());
  return field.size();
}

set_cookie_action filter_set_cookie(const filter& f, std::string_view field) noexcept {
  const cookie_scope scope = read_scope(field);
  finding found = find(f, name_in(ascii::part(field, 0, field.find(';'))), scope.domain, false);
  const bool passes = may_pass(f, found);
  // A field that passes anyway needs no check of its dates.
  const bool is_deletion = (!found.verdict.allowed || f.observer.found) && is_over(scope, f.now, f.date);
  if (is_deletion) found.verdict = {true, rule::d0};
  report(f, found);
  if (passes) return set_cookie_action::keep;
  return is_deletion ? set_cookie_action::as_deletion : set_cookie_action::remove;
}

}  // namespace abide
