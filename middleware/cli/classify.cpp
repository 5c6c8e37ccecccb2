#include <array>
#include <cstdio>
#include <optional>
#include <string>

#include "abide/cookie.hpp"
#include "abide/policy.hpp"
#include "command.hpp"
#include "lines.hpp"
#include "lower.hpp"
#include "policy_option.hpp"

namespace abide::cli {
namespace {

// The columns an answer depends on, by the header row; the others are facts that no rule uses yet.
struct columns {
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);
  std::size_t name = absent, host = absent, site = absent, party = absent;
};

std::string_view take_field(std::string_view& line) {
  const std::size_t tab = line.find('\t');
  const std::string_view field = line.substr(0, tab);
  line = tab == std::string_view::npos ? std::string_view{} : line.substr(tab + 1);
  return field;
}

std::string_view field_at(std::string_view line, std::size_t index) {
  if (index == columns::absent) return {};
  for (std::size_t i = 0; i < index; ++i) take_field(line);
  return take_field(line);
}

columns read_header(std::string_view line) {
  columns found;
  for (std::size_t i = 0; !line.empty(); ++i) {
    const std::string_view title = take_field(line);
    if (title == "name") found.name = i;
    if (title == "host") found.host = i;
    if (title == "site") found.site = i;
    if (title == "party") found.party = i;
  }
  if (found.name == columns::absent) throw config_error("standard input: the header row has no column \"name\"");
  return found;
}

std::string host_in(std::string_view text) { return lower(text.substr(!text.empty() && text.front() == '.')); }

bool is_third_party(std::string_view party, std::string_view host, std::string_view site) {
  if (!party.empty()) return party == "third";
  if (host.empty() || site.empty()) return false;
  return !domain_matches(host, site) && !domain_matches(site, host);
}

void answer(const policy& rules, const columns& at, std::string_view line, std::string& out) {
  const std::string host = host_in(field_at(line, at.host));
  const std::string site = host_in(field_at(line, at.site));
  const bool third_party = is_third_party(field_at(line, at.party), host, site);
  const classification what = classify(rules, {field_at(line, at.name), host, third_party});
  const std::array<char, 4> confidence{static_cast<char>('0' + what.confidence / 100), '.',
                                       static_cast<char>('0' + what.confidence / 10 % 10),
                                       static_cast<char>('0' + what.confidence % 10)};
  out.append(name_of(what.category)).append(1, '\t');
  out.append(confidence.data(), confidence.size()).append(1, '\t');
  out.append(name_of(what.from)).append(1, '\t');
  out.append(what.vendor).append(1, '\n');
}

// Without a policy a best guess is asked for, not enforcement: an unknown first-party cookie counts as required.
config policy_or_guess(arguments& from) {
  const auto file = from.take_option("--policy");
  return file ? load_config(*file) : parse_config(R"({"unknown": "party"})", "");
}

int run(arguments& from) {
  const config site = policy_or_guess(from);
  from.done();
  std::optional<columns> header;
  each_line([&](std::string_view line, std::string& out) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (header) return answer(site.policy, *header, line, out);
    header = read_header(line);
  });
  return ok;
}

}  // namespace

const command classify_command{
    "classify", "[--policy FILE]", "Says what cookies are for, by the site's policy and the catalog of names",
    "in    tab-separated lines; the first names the columns, in any order:\n"
    "      name host site party session max_age http_only secure same_site\n"
    "      empty: unknown; party: first or third; session: 0 or 1; max_age: seconds\n"
    "out   one tab-separated line each, no header: category confidence source vendor\n\n"
    "  --policy FILE   the site's policy; without it an unknown first-party cookie counts as required\n",
    run};

}  // namespace abide::cli
