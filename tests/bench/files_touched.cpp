// One request, for tests/bench/files_touched: gcov counts the lines executed between the reset and the dump.
//   abide_files_touched page|choice cold|warm
// cold: the first request of a process and of a visitor. warm: the same request again.
#include <cstdio>
#include <memory>
#include <string>

#include "abide/carry.hpp"
#include "abide/site.hpp"
#include "fields.hpp"

extern "C" void __gcov_reset();
extern "C" void __gcov_dump();

namespace {

constexpr std::int64_t now = 1795305600;  // 2026-11-22

/// A log that keeps only the latest change.
class memory_log final : public abide::log {
 public:
  void save(abide::log_change change, saved_function done, cancel_flag) override {
    last_ = std::move(change);
    abide::save_result result;
    result.status = abide::save_status::saved;
    result.time_ms = now * 1000;
    done(result);
  }
  bool save_later(abide::log_change change) override {
    last_ = std::move(change);
    return true;
  }
  void account(std::string_view, account_function done, cancel_flag) override { done({true, {}}); }
  void history(std::string_view, std::size_t, history_function done, cancel_flag) override {
    done(std::vector<abide::consent_record>{});
  }
  std::chrono::milliseconds timeout() const override { return std::chrono::milliseconds(100); }

 private:
  abide::log_change last_;
};

abide::site make_site() {
  abide::site_options options;
  options.location = "DE";
  options.keys = {std::string(32, 'k')};
  options.log = std::make_shared<memory_log>();
  options.clock = [] { return now; };
  return abide::site(abide::parse_config(R"({"site": {"host": "www.shop.example"}})", "policy"), std::move(options));
}

constexpr std::string_view page =
    "<!doctype html><html lang=\"en\"><head><title>Shop</title></head><body><h1>Shop</h1></body></html>";

std::size_t view_page(const abide::site& site) {
  field_list request{{"Host", "www.shop.example"},
                     {"Accept", "text/html"},
                     {"Sec-Fetch-Mode", "navigate"},
                     {"Sec-Fetch-Dest", "document"},
                     {"Cookie", "_ga=1; session_id=2"}};
  abide::visit visit = site.begin("GET", "/", request, {"127.0.0.1", abide::transport::plain}, now);
  if (visit.answer("GET", "/", request, {})) return 0;
  field_list response{{"Content-Type", "text/html; charset=utf-8"}, {"Set-Cookie", "_ga=1; Path=/"}};
  std::string body(page);
  visit.finish(200, response, &body);
  return body.size() > page.size() ? body.size() : 0;
}

std::size_t choose(const abide::site& site) {
  const std::string target = site.settings().consent_path, form = "choice=reject-all&from=banner&return=%2F";
  field_list request{{"Host", "www.shop.example"},
                     {"Origin", "http://www.shop.example"},
                     {"Content-Type", "application/x-www-form-urlencoded"},
                     {"Cookie", "_ga=1; session_id=2"}};
  abide::visit visit = site.begin("POST", target, request, {"127.0.0.1", abide::transport::plain}, now);
  for (abide::effect wanted = visit.answer("POST", target, request, form); wanted;)
    wanted = visit.resume(abide::carry_out(visit, std::move(wanted)), request);
  abide::hand_over(visit);
  const auto reply = visit.take_reply();
  return reply && reply->status == 303 ? reply->fields.size() : 0;
}

}  // namespace

int main(int count, char** words) {
  const std::string what = count == 3 ? words[1] : "", when = count == 3 ? words[2] : "";
  if ((what != "page" && what != "choice") || (when != "cold" && when != "warm")) {
    std::fputs("usage: abide_files_touched page|choice cold|warm\n", stderr);
    return 2;
  }
  const abide::site site = make_site();
  const auto once = [&] { return what == "page" ? view_page(site) : choose(site); };
  if (when == "warm" && once() == 0) return 1;
  __gcov_reset();
  const std::size_t made = once();
  __gcov_dump();
  if (made == 0) std::fputs("the request failed\n", stderr);
  return made > 0 ? 0 : 1;
}
