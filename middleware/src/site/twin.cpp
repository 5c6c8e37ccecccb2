#include "site/twin.hpp"

#include <algorithm>

#include "abide/describing.hpp"
#include "base/ascii.hpp"
#include "base/time.hpp"
#include "site/answer.hpp"
#include "site/consent_cookie.hpp"

namespace abide::detail {
namespace {

/// When the grants of a record lapse; refusals last as long as the cookie.
std::int64_t end_of(const record& r, const decision& d, const policy& p, std::int64_t now) noexcept {
  if (!has_grant(d)) return now + std::int64_t{consent_cookie_days} * seconds_a_day;
  std::int64_t given = r.time;
  if (r.exception && (given == 0 || r.exception->time < given)) given = r.exception->time;
  return given + std::int64_t{consent_days(p, *d.place)} * seconds_a_day;
}

}  // namespace

std::string expected_twin(const exchange& v) {
  if (v.copy) return "(?!)";
  std::string name;
  for (const char c : names_of(v).twin) {
    if (!ascii_text::is_alphanumeric(c) && c != '_' && c != '-') name += '\\';
    name += c;
  }
  name += '=';
  std::string fits = "^(?!(.*; )?";
  fits.append(name);
  if (!v.chosen && !v.sets_signal) return fits.append(")");
  fits.append("(?!").append(answer_of(v.decision, v.site->settings.policy));
  return fits.append("\\.))(.*; )?").append(name);
}

std::string twin_cookie(const exchange& v, const record& r, const decision& d) {
  const policy& p = v.site->settings.policy;
  const std::int64_t until = std::max<std::int64_t>(0, end_of(r, d, p, v.now) / seconds_a_day);
  const std::string value = answer_of(d, p).append(1, '.').append(std::to_string(until));
  return write_readable_cookie(names_of(v).twin, value, realm_of(v), consent_cookie_days);
}

bool must_mend_twin(const exchange& v) noexcept { return v.chosen.has_value() != v.cookie.has_twin; }

std::string mended_twin(const exchange& v) {
  if (v.chosen) return twin_cookie(v, *v.chosen, v.decision);
  return write_readable_cookie(names_of(v).twin, {}, realm_of(v), 0);
}

}  // namespace abide::detail
