#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>

#include "abide/policy.hpp"
#include "abide/request.hpp"
#include "base/ascii.hpp"
#include "command.hpp"
#include "lines.hpp"
#include "policy_option.hpp"

namespace abide::detail::cli {
namespace {

// The columns that an answer depends on, by the header row; no rule uses the others yet. With a column `url` the lines
// are requests.
struct columns {
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);
  std::size_t name = absent, host = absent, site = absent, party = absent, url = absent, type = absent;
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
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  columns found;
  if (line.substr(0, byte_order_mark.size()) == byte_order_mark) line.remove_prefix(byte_order_mark.size());
  for (std::size_t i = 0; !line.empty(); ++i) {
    const std::string_view title = take_field(line);
    if (title == "name") found.name = i;
    if (title == "host") found.host = i;
    if (title == "site") found.site = i;
    if (title == "party") found.party = i;
    if (title == "url") found.url = i;
    if (title == "type") found.type = i;
  }
  if (found.name == columns::absent && found.url == columns::absent)
    throw config_error("standard input:1: expected a column \"name\" or \"url\" in the header row");
  return found;
}

bool is_port(std::string_view text) { return text.find_first_not_of("0123456789") == text.npos; }

// Accepts the spellings of lists and crawlers: `.Shop.example`, `shop.example:443`, `https://shop.example/`.
// wasm/cases.mjs reads them the same way.
std::string host_in(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  if (const std::size_t mark = text.find("://"); mark != text.npos) text.remove_prefix(mark + 3);
  text = text.substr(0, text.find_first_of("/?# "));
  text.remove_prefix(text.rfind('@') + 1);
  if (const std::size_t colon = text.find(':');
      colon == text.rfind(':') && colon != text.npos && is_port(text.substr(colon + 1)))
    text = text.substr(0, colon);
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  return ascii_text::lower(text.substr(!text.empty() && text.front() == '.'));
}

// A word that says neither counts as missing.
bool is_third_party(std::string_view party, std::string_view host, std::string_view site) {
  const std::string word = ascii_text::lower(party.substr(std::min(party.size(), party.find_first_not_of(' '))));
  if (word.starts_with("third") || word.starts_with("3rd")) return true;
  if (word.starts_with("first") || word.starts_with("1st")) return false;
  return !host.empty() && !site.empty() && !is_same_site(host, site);
}

// The reason in words: who classified it, and by what.
std::string reason(const policy& rules, const classification& what, bool third_party, bool is_request) {
  const std::string vendor = what.vendor.empty() ? "" : " (" + std::string(what.vendor) + ")";
  switch (what.from) {
    case evidence::policy: return "declared in the policy" + vendor;
    case evidence::catalog: return "the name is in the catalog" + vendor;
    case evidence::pattern: return "the name matches a pattern of the catalog" + vendor;
    case evidence::host: return "the third party's host is in the catalog" + vendor;
    default: break;
  }
  if (is_request && !third_party) return "a request to the site itself that matches no known pattern";
  const std::string party = third_party ? "third" : "first";
  return rules.unknown == unknown_policy::party
             ? "unknown; the policy decides by party: " + party + " party"
             : "unknown; the policy treats unknown cookies and requests as targeting";
}

void write(const policy& rules, const classification& what, bool third_party, bool is_request, bool explains,
           std::string& out) {
  const std::array<char, 4> confidence{static_cast<char>('0' + what.confidence / 100), '.',
                                       static_cast<char>('0' + what.confidence / 10 % 10),
                                       static_cast<char>('0' + what.confidence % 10)};
  out.append(to_string(what.category)).append(1, '\t');
  out.append(confidence.data(), confidence.size()).append(1, '\t');
  out.append(to_string(what.from)).append(1, '\t');
  out.append(what.vendor);
  if (explains) {
    out.append(what.shared ? "\tshared\t" : "\town\t").append(reason(rules, what, third_party, is_request));
    if (what.from == evidence::catalog || what.from == evidence::pattern || what.from == evidence::host)
      out.append("; catalog ").append(catalog().version);
  }
  out.append(1, '\n');
}

void answer(const policy& rules, const columns& at, std::string_view line, bool explains, std::string& out) {
  const std::string site = host_in(field_at(line, at.site));
  if (at.url != columns::absent) {
    const request_facts facts{field_at(line, at.url), parse_request_type(field_at(line, at.type)), site};
    const classification what = classify_request(rules, facts);
    return write(rules, what, what.shared, true, explains, out);  // unknown ones count as shared only if others'
  }
  const std::string host = host_in(field_at(line, at.host));
  const bool third_party = is_third_party(field_at(line, at.party), host, site);
  write(rules, classify(rules, {field_at(line, at.name), host, third_party}), third_party, false, explains, out);
}

// Without a policy, the answer is a best guess: an unknown first-party cookie counts as required.
config policy_or_guess(arguments& from) {
  const auto file = from.take_option("--policy");
  return file ? load_config(*file) : parse_config(R"({"unknown": "party"})", "");
}

int run(arguments& from) {
  const bool explains = from.take_flag("--explain");
  const config site = policy_or_guess(from);
  from.done();
  std::optional<columns> header;
  each_line([&](std::string_view line, std::string& out) {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (header) return answer(site.policy, *header, line, explains, out);
    header = read_header(line);
  });
  return ok;
}

}  // namespace

const command classify_command{
    "classify", "[--policy FILE] [--explain]", "Classifies cookies and requests by the site's policy and the catalog",
    "in    tab-separated lines; the first line names the columns, in any order:\n"
    "      name host site party session max_age http_only secure same_site\n"
    "      an empty field is unknown; party: first or third; session: 0 or 1; max_age: seconds\n"
    "      or, for requests: url type site (type: image, script, frame, beacon, fetch, style, font, media)\n"
    "out   one tab-separated line for each, without a header line: category confidence source vendor\n\n"
    "  --explain       adds two columns: shared or own, and the reason\n"
    "  --policy FILE   the site's policy; default: a policy that treats unknown first-party cookies as required\n",
    run};

}  // namespace abide::detail::cli
