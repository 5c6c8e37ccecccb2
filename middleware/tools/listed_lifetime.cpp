#include "tools/listed_lifetime.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "base/ascii.hpp"
#include "policy/lifetime.hpp"

namespace abide::detail::cli {
namespace {

using unit = lifetime_unit;

struct unit_words {
  unit is;
  double seconds;
  std::string_view words;  ///< each between two spaces
};

// Singular, plural and the usual short forms: en de fr es it nl pt sv da nb pl cs fi.
constexpr unit_words known[]{
    {unit::seconds, 1,
     " second seconds sec s sekunde sekunden sek. seconde secondes segundo segundos secondo secondi seconden sekund "
     "sekunder sekunda sekundy sekund sekundi sekuntia "},
    {unit::minutes, 60,
     " minute minutes min min. minuten minuto minutos minuti minuut minut minuter minutter minuta minuty minuutti "
     "minuuttia "},
    {unit::hours, 3600,
     " hour hours h hr hrs stunde stunden std. heure heures hora horas ora ore uur uren timme timmar time timer godzina "
     "godziny godzin hodina hodiny hodin tunti tuntia "},
    {unit::days, 86'400,
     " day days d tag tage tagen jour jours día días dia dias giorno giorni dag dagen dagar dage dager dzień dni den dny "
     "dní päivä päivää "},
    {unit::weeks, 7 * 86'400,
     " week weeks w woche wochen semaine semaines semana semanas settimana settimane weken vecka veckor uge uger uke uker "
     "tydzień tygodnie tygodni týden týdny týdnů viikko viikkoa "},
    {unit::months, 30.4375 * 86'400,
     " month months mo mth mths monat monate monaten mois mes meses mese mesi maand maanden mês månad månader måned "
     "måneder miesiąc miesiące miesięcy měsíc měsíce měsíců kuukausi kuukautta "},
    {unit::years, 365 * 86'400.0,
     " year years y yr yrs jahr jahre jahren an ans année années año años anno anni jaar jaren ano anos år rok lata lat "
     "roky roků let vuosi vuotta "}};

constexpr std::string_view links = " and und et y e en i og och ja a ";
constexpr std::string_view sessions =
    " session sessions sitzung sitzungen sessionscookie sessioncookie sesión sessione sessie sessão sessio istunto sesja "
    "sesji relace browsersession ";

bool holds(std::string_view words, std::string_view word) {
  return words.find(std::string(" ").append(word).append(" ")) != std::string_view::npos;
}

const unit_words* unit_of(std::string_view word) {
  for (const unit_words& each : known)
    if (holds(each.words, word)) return &each;
  return nullptr;
}

/// What stands at the beginning, digits or letters; removed from the text together with the spaces and commas behind
/// it.
std::string_view take_piece(std::string_view& text) {
  const bool is_number = ascii_text::is_digit(text.front());
  const auto belongs = [&](char c) { return ascii_text::is_digit(c) == is_number && c != ' ' && c != ','; };
  std::size_t end = 0;
  while (end < text.size() && belongs(text[end])) ++end;
  const bool is_decimal = is_number && end + 1 < text.size() && (text[end] == '.' || text[end] == ',') &&
                          ascii_text::is_digit(text[end + 1]);
  if (is_decimal)
    for (++end; end < text.size() && belongs(text[end]);) ++end;
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(std::max<std::size_t>(end, 1));
  text.remove_prefix(std::min(text.find_first_not_of(" ,-"), text.size()));
  return piece;
}

// In the largest unit that is exact, else rounded up in the smallest that the list uses. Months and years are not
// exact.
std::string counted_in(const unit_words& smallest, double seconds) {
  constexpr unit counting[]{unit::days, unit::hours, unit::minutes, unit::seconds};
  constexpr double most = 9999, near = 1e-6;
  std::string rounded;
  for (const unit each : counting) {
    const unit_words& in = known[static_cast<std::size_t>(each) - static_cast<std::size_t>(unit::seconds)];
    if (in.seconds < smallest.seconds) break;
    const double count = seconds / in.seconds, up = std::ceil(count - near);
    if (up < 1 || up > most) continue;
    rounded = write_lifetime_text({each, static_cast<std::uint32_t>(up)});
    if (up - count < near) break;
  }
  return rounded;
}

}  // namespace

std::string listed_lifetime(std::string_view cell) {
  if (std::string meant = meant_lifetime(cell); !meant.empty()) return meant;
  const std::string lowered = ascii_text::lower(cell);
  std::string_view rest = ascii_text::trimmed(lowered);
  rest = ascii_text::trimmed(rest.substr(0, rest.find('(')));
  const unit_words* smallest = nullptr;
  double sum = 0, whole = 0;
  std::size_t parts = 0;
  while (!rest.empty()) {
    const std::string_view piece = take_piece(rest);
    if (parts == 0 && rest.empty() && holds(sessions, piece)) return "session";
    if (parts > 0 && holds(links, piece) && !rest.empty()) continue;
    if (piece.empty() || !ascii_text::is_digit(piece.front()) || rest.empty()) return {};
    std::string number(piece);
    std::replace(number.begin(), number.end(), ',', '.');
    whole = std::strtod(number.c_str(), nullptr);
    const unit_words* const in = unit_of(take_piece(rest));
    if (!in) return {};
    sum += whole * in->seconds;
    if (!smallest || in->seconds < smallest->seconds) smallest = in;
    ++parts;
  }
  if (!smallest || sum <= 0) return {};
  if (parts == 1 && whole == std::floor(whole) && whole <= 9999)
    return write_lifetime_text({smallest->is, static_cast<std::uint32_t>(whole)});
  constexpr const unit_words& days = known[3];
  return counted_in(smallest->seconds > days.seconds ? days : *smallest, sum);
}

}  // namespace abide::detail::cli
