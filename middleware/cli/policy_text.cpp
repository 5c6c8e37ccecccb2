#include <cstdio>
#include <string>

#include "command.hpp"
#include "pages/policy_text/audience.hpp"
#include "pages/policy_text/policy_text.hpp"
#include "policy/texts.hpp"
#include "policy_file.hpp"

namespace abide::detail::cli {
namespace {

struct named_part {
  std::string_view name;
  unsigned parts;
};
constexpr named_part parts[] = {{"all", part_all},
                                {"signals", part_signals},
                                {"cookies", part_cookies},
                                {"choices", part_choices},
                                {"declaration", part_declaration}};

unsigned take_parts(arguments& from) {
  const std::string wanted = from.take_option("--part").value_or("all");
  for (const named_part& each : parts)
    if (each.name == wanted) return each.parts;
  refuse_option("--part", "one of all, signals, cookies, choices, declaration", wanted);
}

bool take_markdown(arguments& from) {
  const std::string format = from.take_option("--format").value_or("markdown");
  if (format != "html" && format != "markdown") refuse_option("--format", "html or markdown", format);
  return format == "markdown";
}

/// The wanted language, with the site's own texts if it has some; by default the site's first language.
const language& language_of(const config& site, const std::optional<std::string>& wanted) {
  const texts& own = texts_of(site);
  if (!wanted) return own.in(site.languages.front());
  if (own.has_language(*wanted)) return own.in(*wanted);
  const texts& all = texts::built_in();
  if (all.has_language(*wanted)) return all.in(*wanted);
  std::string known;
  for (const language& each : all.languages()) known += (known.empty() ? "" : ", ") + std::string(each.tag());
  refuse_option("--language", "one of " + known, *wanted);
}

std::string html_section(const language& words, const document& text) {
  std::string out = "<section class=\"abide-prose\" lang=\"";
  out.append(words.tag()).append("\" dir=\"").append(words["direction"]).append("\">\n");
  return out.append(to_html(text)).append("</section>\n");
}

int run(arguments& from) {
  const auto location = from.take_place("--location");
  const unsigned wanted = take_parts(from);
  const bool markdown = take_markdown(from);
  const std::int64_t now = from.take_day("--now");
  const auto tag = from.take_option("--language");
  const std::string file = from.take_word("FILE");
  from.done();
  const config site = policy_of_file(file);
  const language& words = language_of(site, tag);
  const jurisdiction* place = location ? &find_jurisdiction(*location, now) : place_of_everyone(site, now);
  const std::string cookie = consent_cookie_name(site, true);
  const document text = policy_text({&site, &words, place, cookie}, wanted, 2, now);
  print(markdown ? to_markdown(text) : html_section(words, text));
  return ok;
}

}  // namespace

const command policy_text_command{
    "policy text", "FILE [--location PLACE] [--language TAG] [--format FORMAT] [--part PART] [--now DATE]",
    "Writes the text of a privacy policy on cookies, choices and signals",
    "The text is generated from the policy file, so that it matches what the site does.\n\n"
    "  --location PLACE   for visitors of this place (DE, US-CA); default: for all, with a section for each region\n"
    "  --language TAG     a language of the site or of Abide, such as de; default: the first of notice.languages\n"
    "  --format FORMAT    markdown (default) or html, a fragment\n"
    "  --part PART        all (default), signals, cookies, choices or declaration (the table of cookies)\n"
    "  --now DATE         use the law of this day; default: today\n\n"
    "The site serves the same text at /consent/policy and /consent/cookies.\n",
    run};

}  // namespace abide::detail::cli
