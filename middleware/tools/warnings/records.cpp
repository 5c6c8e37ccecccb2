// Whether and for how long records are kept.
#include <algorithm>
#include <filesystem>

#include "tools/counted.hpp"
#include "tools/warnings/look.hpp"

namespace abide::detail::cli {
namespace {

/// California: records of requests, and of how they were answered, are kept for at least 24 months.
void look_at_short_retention(look& at) {
  constexpr std::uint32_t days_in_24_months = 730;
  const std::uint32_t days = at.site.retain_days;
  const auto is_california = [](const jurisdiction* row) { return row->code == "US-CA"; };
  if (days == 0 || days >= days_in_24_months || std::none_of(at.served.begin(), at.served.end(), is_california)) return;
  at.warn("/records/retain_days", counted(days, "day", "days") +
                                      ", but in California records of requests and of the answers to them must be kept "
                                      "for at least 24 months (11 CCR 7101): 730 days");
}

}  // namespace

void look_at_records(look& at) {
  const config& site = at.site;
  const std::string asking =
      places_where(at.served, [](const jurisdiction& row) { return row.regime == regime::opt_in; });
  if (site.records.empty()) {
    if (!asking.empty())
      at.warn("/records/store",
              "missing; a site that asks for consent must be able to prove it (GDPR Art. 7(1)): " + asking);
    return;
  }
  if (site.records == "memory:") at.warn("/records/store", "memory: loses all records at a restart");
  if (site.records.starts_with("sqlite://")) {  // the form of other tools, where it may be a relative path
    const std::string relative = std::filesystem::path(site.records.substr(7)).relative_path().string();
    at.warn("/records/store", "names the file /" + relative + "; write sqlite:/" + relative +
                                  ", or sqlite:" + relative + " for a file below the folder of the policy");
  }
  look_at_short_retention(at);
  if (site.retain_days == 0)
    at.warn("/records/retain_days",
            "missing; records are kept forever, but visitors must be told how long (GDPR Art. 5(1)(e), 13(2)(a))");
}

}  // namespace abide::detail::cli
