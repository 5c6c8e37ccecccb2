// abide proxy: the whole middleware in front of any HTTP application.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "abide/config.hpp"
#include "base/time.hpp"
#include "command.hpp"
#include "output_file.hpp"
#include "policy/shapes.hpp"
#include "proxy/options.hpp"
#include "records/ids.hpp"

namespace abide::detail::cli {
namespace {

bool as_json = false;

/// Reports a line to the operator. Thread-safe.
void tell(const std::string& line) {
  if (!as_json) return static_cast<void>(std::fprintf(stderr, "abide proxy: %s\n", line.c_str()));
  const nlohmann::ordered_json said{{"time", time_text_ms(now_ms())}, {"program", "abide proxy"}, {"message", line}};
  std::fprintf(stderr, "%s\n", said.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void take_format(arguments& from) {
  const std::string format = from.take_option("--log-format").value_or("text");
  if (format != "text" && format != "json") refuse_option("--log-format", "text or json", format);
  as_json = format == "json";
}

std::string required(arguments& from, std::string_view name) {
  auto given = from.take_option(name);
  if (!given) throw usage_error(std::string(name) + " is missing");
  return *given;
}

constexpr unsigned long long number_max = 999'999'999'999;

unsigned long long whole(std::string_view name, const std::string& text, unsigned long long min = 1,
                         unsigned long long max = number_max) {
  unsigned long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size() && number >= min && number <= max) return number;
  refuse_option(name, "a whole number from " + std::to_string(min) + " to " + std::to_string(max), text);
}

std::vector<std::string> listed(std::string_view text) {
  std::vector<std::string> all;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find(','), text.size());
    if (size > 0) all.emplace_back(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return all;
}

struct time_option {
  std::string_view name;
  std::chrono::milliseconds proxy::limits::*member;
};
constexpr std::array times{
    time_option{"--connect-timeout", &proxy::limits::connect},
    time_option{"--header-timeout", &proxy::limits::header},
    time_option{"--idle-timeout", &proxy::limits::idle},
    time_option{"--response-timeout", &proxy::limits::response},
    time_option{"--backend-idle-timeout", &proxy::limits::kept},
    time_option{"--tunnel-timeout", &proxy::limits::tunnel},
    time_option{"--drain-timeout", &proxy::limits::drain},
};

struct size_option {
  std::string_view name;
  std::size_t proxy::limits::*member;
  unsigned long long min = 1;
};
constexpr std::array sizes{
    size_option{"--max-header", &proxy::limits::header_bytes, 4096},
    size_option{"--max-connections", &proxy::limits::connections},
    size_option{"--max-backend-connections", &proxy::limits::backend_connections},
    size_option{"--max-queue", &proxy::limits::queue},
    size_option{"--min-rate", &proxy::limits::min_rate, 0},
};

void take_limits(arguments& from, proxy::limits& most) {
  for (const time_option& each : times)
    if (const auto text = from.take_option(each.name))
      most.*each.member = std::chrono::milliseconds(whole(each.name, *text));
  for (const size_option& each : sizes)
    if (const auto text = from.take_option(each.name)) most.*each.member = whole(each.name, *text, each.min);
  if (const auto text = from.take_option("--max-body")) most.body_bytes = whole("--max-body", *text);
}

void explain(const config& site, bool observe) {
  if (observe)
    return tell(
        "observing: no cookie is removed and no page is changed; each cookie that would be removed is reported here once. "
        "As every proxy, this one sets Via, Forwarded and X-Forwarded-For; the application receives no Abide-Consent");
  const bool enforces = site.policy.mode == mode::enforce;
  tell(std::string(site.insert_notice ? "pages get the notice; " : "") +
       (enforces ? "cookies that are not allowed are removed from requests and responses"
                 : "the policy's mode is observe: no cookies are removed"));
  tell(site.consent_path + " and /.well-known/gpc.json are answered here" +
       (enforces ? "; the application receives the decision in Abide-Consent" : ""));
}

/// Opens the site at the start and at each reload; reports in plain words what it does.
std::function<site()> opener(const std::optional<std::string>& file, const proxy::options& told) {
  std::vector<std::string> read{told.tls_certificate, told.tls_key, told.backend_authorities, file.value_or("")};
  return [file, observe = told.observe, log = told.access_log, read = std::move(read), is_first = true]() mutable {
    site_options how;
    how.reports = observe;
    if (observe) how.mode = mode::observe, how.records = "none";
    how.warn = [](const std::string& text) { tell(text); };
    config settings = file ? load_config(*file) : parse_config("{}", "{}");
    if (!log.empty() && log != "-") refuse_input(log, read), refuse_input(log, files_of_policy(settings));
    const bool explains = std::exchange(is_first, false);
    if (explains) explain(settings, observe);
    if (!file) {
      how.records = "none";
      if (explains)
        tell(
            "no --policy: the strictest rules apply everywhere: only required cookies until the visitor agrees. No records "
            "are kept, and a restart discards all choices");
    }
    return site(std::move(settings), std::move(how));
  };
}

constexpr std::string_view listen_shape = "PORT, ADDRESS:PORT or unix:PATH";

int run(arguments& from) {
  proxy::options told;
  take_format(from);
  const std::string to = required(from, "--to"), listen = from.take_option("--listen").value_or("8080");
  const auto backend = proxy::read_backend(to);
  if (!backend && to.find('@') != std::string::npos)  // what stands before it may be a secret
    throw usage_error("--to: expected http://HOST:PORT, https://HOST:PORT or unix:PATH, without a user");
  if (!backend) refuse_option("--to", "http://HOST:PORT, https://HOST:PORT or unix:PATH, without a path", to);
  const auto door = proxy::read_listen(listen);
  if (!door) refuse_option("--listen", listen_shape, listen);
  told.to = *backend;
  told.listen = *door;
  told.tls_certificate = from.take_option("--tls-cert").value_or("");
  told.tls_key = from.take_option("--tls-key").value_or("");
  if (told.tls_certificate.empty() != told.tls_key.empty()) throw usage_error("--tls-cert and --tls-key go together");
  told.backend_authorities = from.take_option("--backend-ca").value_or("");
  if (!told.backend_authorities.empty() && !to.starts_with("https:"))
    throw usage_error("--backend-ca requires --to https://HOST:PORT");
  told.observe = from.take_flag("--observe");
  if (const auto text = from.take_option("--metrics")) {
    told.metrics = proxy::read_listen(*text);
    if (!told.metrics) refuse_option("--metrics", listen_shape, *text);
  }
  if (const auto text = from.take_option("--metrics-allow")) {
    if (!told.metrics) throw usage_error("--metrics-allow requires --metrics PORT");
    told.operators = listed(*text);
    for (const std::string& each : told.operators)
      if (!is_network(each)) refuse_option("--metrics-allow", "address ranges such as 10.0.0.0/8,::1/128", each);
  }
  told.access_log = from.take_option("--access-log").value_or("");
  if (const auto text = from.take_option("--threads"))
    told.threads = static_cast<unsigned>(whole("--threads", *text, 1, 256));
  take_limits(from, told.most);
  told.open = opener(from.take_option("--policy"), told);
  told.tell = tell;
  from.done();
  try {
    proxy::run(std::move(told));
  } catch (const std::exception& error) {
    if (!as_json) throw;
    tell(error.what());  // the message that matters most must reach the same log
    return wrong_usage;
  }
  return ok;
}

}  // namespace

const command proxy_command{
    "proxy", "--to URL [--listen PORT] [--policy FILE] [--observe] [OPTION...]",
    "Puts the whole middleware in front of any HTTP application",
    "--to URL           the application: http://HOST:PORT, https://HOST:PORT, unix:PATH\n"
    "--listen PORT      8080 (default): this machine only; 0.0.0.0:80 or [::]:80: every interface; unix:PATH\n"
    "--policy FILE      default: the strictest policy, no records, choices last until a restart\n"
    "--observe          remove no cookie and change no page; report what would be removed. The proxy sets and removes its own\n"
    "                   fields as always (Via, Forwarded, X-Forwarded-...), but sends no Abide-Consent\n"
    "--tls-cert FILE    certificate in PEM, with --tls-key FILE: HTTPS to visitors\n"
    "--backend-ca FILE  certificate authorities in PEM for an https application; default: the system's\n"
    "--metrics PORT     /metrics (Prometheus) and /health on a port of their own: PORT, ADDRESS:PORT, unix:PATH\n"
    "--metrics-allow L  address ranges that may read them, such as 10.0.0.0/8,::1/128; default: loopback\n"
    "--access-log FILE  one JSON line for each response, without address, path or cookie; `-`: standard output\n"
    "--log-format json  messages as JSON lines; default: text\n"
    "--threads COUNT    default: 1; each thread has its own connections; the limits below are for all threads together\n\n"
    "Milliseconds: --connect-timeout 5000  --header-timeout 20000  --idle-timeout 30000  --response-timeout 60000\n"
    "              --backend-idle-timeout 4000  --tunnel-timeout 600000  --drain-timeout 30000\n"
    "Limits:       --max-header 32768  --max-body 1073741824  --max-connections 1024  --max-backend-connections 256\n"
    "              --max-queue 1024  --min-rate 500\n"
    "A visitor who sends a body or reads an answer at less than --min-rate bytes a second is cut off when the waiting has\n"
    "used up --response-timeout; 0: only a pause as long as that ends the connection.\n\n"
    "SIGHUP reloads policy, keys and certificate. SIGTERM completes open requests, saves, and exits.\n"
    "A client on a Unix socket counts as 127.0.0.1 (jurisdiction.trusted_proxies: loopback).\n",
    run};

}  // namespace abide::detail::cli
