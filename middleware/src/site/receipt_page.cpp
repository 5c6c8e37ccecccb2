#include "site/receipt_page.hpp"

#include <array>

#include "base/embedded.hpp"
#include "pages/own_page.hpp"
#include "pages/template.hpp"
#include "policy/texts.hpp"

namespace abide::detail {
namespace {

std::string_view yes(bool b) noexcept { return b ? "1" : ""; }

void append_row(std::string& out, std::string_view name, std::string_view state) {
  out.append("<li class=\"abide-one\"><bdi>").append(escaped(name)).append("</bdi> <span class=\"abide-mark\">");
  out.append(escaped(state)).append("</span></li>");
}

std::string rows_of(const page_model& m, const consent_event& e) {
  const language& words = words_of(m);
  const bool is_over = e.kind == event_kind::expire, is_signal = e.kind == event_kind::signal_on;
  std::string out;
  for (const category c : categories) {
    const choice chosen = e.choices[static_cast<unsigned>(c)];
    const bool is_stopped = is_signal && c == category::targeting && !e.exception.contains(c);
    if (c == category::required || (chosen == choice::none && !is_stopped)) continue;
    const bool on = chosen == choice::granted && !is_stopped && !is_over;
    append_row(out, words[std::string(to_string(c)) + ".title"], words[on ? "switch.on" : "switch.off"]);
  }
  for (const event_service& each : e.services)
    append_row(out, each.vendor, words[is_over ? "switch.off" : "switch.on"]);
  return out;
}

}  // namespace

std::string render_receipt(const page_model& m, const std::vector<consent_record>& oldest_first) {
  std::string body;
  for (auto at = oldest_first.rbegin(); at != oldest_first.rend(); ++at) {
    const consent_event& e = at->event;
    const std::string date = date_text(m, e.time_ms / 1000), rows = rows_of(m, e);
    const bool is_signal = e.kind == event_kind::signal_on;
    const std::array<value, 5> values{{{"date", date},
                                       {"gpc", yes(is_signal && e.seen.gpc)},
                                       {"dnt", yes(is_signal && !e.seen.gpc)},
                                       {"rows", rows},
                                       {"id", e.id}}};
    if (const embedded_file* page = embedded("record.html")) fill(body, page->bytes, words_of(m), values);
  }
  const std::string download = std::string(m.consent_path) + "/receipt?download=1";
  return render_own_page(m, {words_of(m)["link.receipt"], {}, "/receipt", body, download});
}

}  // namespace abide::detail
