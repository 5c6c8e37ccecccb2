#include "start/metrics.hpp"

#include <cstdio>
#include <string_view>

#include "abide/category.hpp"
#include "abide/jurisdiction.hpp"

namespace abide::detail::counting {
namespace {

constexpr std::array<std::string_view, 3> signals{"none", "gpc", "dnt"};
constexpr std::array<std::string_view, 2> yes_no{"no", "yes"};

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.10g", value);
  return text.data();
}

/// Writes metrics one after the other.
struct page {
  std::span<const metrics* const> all;
  std::string text{};

  void head(std::string_view name, std::string_view type, std::string_view help) {
    text.append("# HELP ").append(name).append(" ").append(help).append("\n# TYPE ");
    text.append(name).append(" ").append(type).append("\n");
  }
  void line(std::string_view name, std::string_view labels, const std::string& value) {
    text.append(name);
    if (!labels.empty()) text.append("{").append(labels).append("}");
    text.append(" ").append(value).append("\n");
  }
  template <class Get>
  std::uint64_t sum(Get get) const {
    std::uint64_t total = 0;
    for (const metrics* each : all) total += get(*each).value();
    return total;
  }
  template <class Get>
  void total(std::string_view name, std::string_view labels, Get get) {
    line(name, labels, std::to_string(sum(get)));
  }
  void cookies(std::string_view name, std::string_view help, std::array<counter, 4> metrics::*member) {
    head(name, "counter", help);
    for (std::size_t i = 0; i < 4; ++i)
      total(name, std::string("category=\"").append(to_string(static_cast<category>(i))).append("\""),
            [&](const metrics& of) -> const counter& { return (of.*member)[i]; });
  }
  void histogram(std::string_view name, std::string_view help, durations metrics::*member) {
    head(name, "histogram", help);
    const std::string bucket = std::string(name) + "_bucket";
    std::uint64_t below = 0;
    for (std::size_t i = 0; i <= durations::bounds.size(); ++i) {
      below += sum([&](const metrics& of) -> const counter& { return (of.*member).counts[i]; });
      const std::string bound = i < durations::bounds.size() ? number(durations::bounds[i]) : "+Inf";
      line(bucket, "le=\"" + bound + "\"", std::to_string(below));
    }
    const auto spent = sum([&](const metrics& of) -> const counter& { return (of.*member).microseconds; });
    line(std::string(name) + "_sum", "", number(static_cast<double>(spent) / 1e6));
    line(std::string(name) + "_count", "", std::to_string(below));
  }
};

void write_answers(page& to) {
  to.head("abide_answers_total", "counter", "Requests answered, by the first digit of the status.");
  for (std::size_t i = 1; i < 6; ++i)
    to.total("abide_answers_total", "class=\"" + std::to_string(i) + "xx\"",
             [&](const metrics& of) -> const counter& { return of.answers[i]; });
  to.head("abide_aborted_total", "counter", "Requests whose connection ended before an answer began.");
  to.total("abide_aborted_total", "", [](const metrics& of) -> const counter& { return of.answers[0]; });
}

void write_decisions(page& to) {
  to.head("abide_decisions_total", "counter",
          "Decisions, by the place's regime, the signal sent and whether a choice counts.");
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t s = 0; s < 3; ++s)
      for (std::size_t c = 0; c < 2; ++c) {
        std::string labels = "regime=\"";
        labels.append(to_string(static_cast<regime>(r))).append("\",signal=\"").append(signals[s]);
        labels.append("\",choice=\"").append(yes_no[c]).append("\"");
        to.total("abide_decisions_total", labels,
                 [&](const metrics& of) -> const counter& { return of.decisions[r][s][c]; });
      }
}

void write_choices(page& to) {
  to.head("abide_choices_total", "counter", "Choices of visitors, by what became of their record.");
  for (std::size_t i = 0; i < 5; ++i)
    to.total("abide_choices_total",
             std::string("result=\"").append(to_string(static_cast<save_status>(i))).append("\""),
             [&](const metrics& of) -> const counter& { return of.choices[i]; });
  to.total("abide_choices_total", "result=\"unrecorded\"",
           [](const metrics& of) -> const counter& { return of.unrecorded; });
}

void write_store(page& to, const records_state& now) {
  to.head("abide_store_up", "gauge", "1: the store of records can be written.");
  to.line("abide_store_up", "", now.away ? "0" : "1");
  to.head("abide_store_waiting", "gauge", "Changes that wait to be written.");
  to.line("abide_store_waiting", "", std::to_string(now.waiting));
  to.head("abide_store_saved_total", "counter", "Changes written since the policy was read.");
  to.line("abide_store_saved_total", "", std::to_string(now.saved));
  to.head("abide_store_lost_total", "counter", "Changes for which nobody waited, and which found no room.");
  to.line("abide_store_lost_total", "", std::to_string(now.lost));
}

}  // namespace

void durations::add(std::chrono::steady_clock::duration took) noexcept {
  const double seconds = std::chrono::duration<double>(took).count();
  std::size_t i = 0;
  while (i < bounds.size() && seconds > bounds[i]) ++i;
  counts[i].add();
  microseconds.add(static_cast<std::uint64_t>(seconds * 1e6));
}

void metrics::add_answer(unsigned status, std::chrono::steady_clock::duration took) noexcept {
  answers[status < 600 ? status / 100 : 5].add();
  requests.add(took);
}

void metrics::add_save(save_status status, std::chrono::steady_clock::duration took) noexcept {
  choices[static_cast<std::size_t>(status) % choices.size()].add();
  saves.add(took);
}

void metrics::add_exchange(const visit& of, bool asked) noexcept {
  const decision& made = of.decision();
  const std::size_t signal = made.seen.gpc ? 1 : made.seen.dnt == dnt_value::one ? 2 : 0;
  decisions[static_cast<std::size_t>(made.place->regime) % 3][signal][of.chosen() ? 1 : 0].add();
  const exchange_tally tally = of.tally();
  for (std::size_t i = 0; i < 4; ++i) {
    if (tally.hidden[i] > 0) hidden[i].add(tally.hidden[i]);
    if (tally.withheld[i] > 0) withheld[i].add(tally.withheld[i]);
  }
  if (asked) notices.add();
}

std::string text_of(std::span<const metrics* const> all, const records* log) {
  page to{all};
  write_answers(to);
  write_decisions(to);
  to.cookies("abide_cookies_hidden_total",
             "Request cookies hidden from the application; in observe mode, those that would be.", &metrics::hidden);
  to.cookies("abide_cookies_withheld_total",
             "Cookies of responses that were not set; in observe mode, those that would not be.", &metrics::withheld);
  to.head("abide_notices_total", "counter", "Pages that asked for a choice.");
  to.total("abide_notices_total", "", [](const metrics& of) -> const counter& { return of.notices; });
  write_choices(to);
  to.histogram("abide_request_seconds", "From a request's header section to the end of its answer.",
               &metrics::requests);
  to.histogram("abide_save_seconds", "From a choice to its durable record.", &metrics::saves);
  if (log) write_store(to, log->state());
  return std::move(to.text);
}

std::string health_of(const records* log) {
  const std::string_view store = !log ? "none" : log->state().away ? "away" : "ok";
  std::string body = "{\"status\":\"ok\",\"store\":\"";
  return body.append(store).append("\"}\n");
}

}  // namespace abide::detail::counting
