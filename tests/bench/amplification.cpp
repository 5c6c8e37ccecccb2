// The cost of the most hostile request: bytes sent, Set-Cookie fields, memory and time. Prints the worst responses to
// many generated requests and to three that once produced gigabytes.
//   amplification [COUNT [SEED]]      default: 100000 requests of at most 32 KB
#include <malloc.h>
#include <sys/resource.h>
#include <ctime>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <random>
#include <string>
#include <vector>

#include "abide/carry.hpp"
#include "abide/site.hpp"
#include "fields.hpp"

namespace {

// All C++ allocations: the bytes in use, and their maximum since `peak` was last reset.
std::size_t live = 0, peak = 0;

void* counted(void* made) {
  if (!made) std::abort();
  live += malloc_usable_size(made);
  peak = std::max(peak, live);
  return made;
}

void uncounted(void* p) noexcept {
  if (p) live -= malloc_usable_size(p);
  std::free(p);
}

}  // namespace

void* operator new(std::size_t size) { return counted(std::malloc(size ? size : 1)); }
void* operator new[](std::size_t size) { return ::operator new(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  return counted(std::aligned_alloc(unit, (size + unit - 1) / unit * unit));
}
void operator delete(void* p) noexcept { uncounted(p); }
void operator delete(void* p, std::size_t) noexcept { uncounted(p); }
void operator delete[](void* p) noexcept { uncounted(p); }
void operator delete[](void* p, std::size_t) noexcept { uncounted(p); }
void operator delete(void* p, std::align_val_t) noexcept { uncounted(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { uncounted(p); }

namespace {

constexpr std::int64_t now = 1'795'305'600;  // 2026-11-22
constexpr std::size_t bytes_in_max = 32'768;

constexpr std::string_view policy_text = R"({
  "site": {"name": "Shop"},
  "jurisdiction": {"from": "cloudflare", "trusted_proxies": ["10.0.0.0/8"]},
  "notice": {"languages": ["en", "de", "fr"]},
  "cookies": [{"name": "r*", "category": "required"}, {"name": "t", "category": "targeting"}]
})";

struct asked {
  std::string method = "GET", target = "/", body;
  bool tls = true;
  field_list fields;

  std::size_t bytes() const {
    std::size_t sum = method.size() + target.size() + body.size() + std::string_view("  HTTP/1.1\r\n\r\n").size();
    for (const auto& [name, value] : fields.list) sum += name.size() + value.size() + 4;
    return sum;
  }
};

struct answered {
  std::size_t bytes_in = 0, bytes_out = 0, set_cookies = 0, set_cookie_bytes = 0, memory = 0;
  double microseconds = 0;
};

double cpu_microseconds() {
  timespec at{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
  return static_cast<double>(at.tv_sec) * 1e6 + static_cast<double>(at.tv_nsec) / 1e3;
}

void measure(const std::vector<std::pair<std::string, std::string>>& fields, std::size_t body, answered& out) {
  out.bytes_out = body;
  for (const auto& [name, value] : fields) {
    const std::size_t bytes = name.size() + value.size() + 4;
    out.bytes_out += bytes;
    if (!abide::same_field(name, "Set-Cookie")) continue;
    ++out.set_cookies;
    out.set_cookie_bytes += bytes;
  }
}

/// The answer, or an application's page that sets nothing.
answered ask(const abide::site& site, const asked& from) {
  answered out;
  out.bytes_in = from.bytes();
  field_list request = from.fields, response{{"Content-Type", "text/html"}};
  std::string page = "<!doctype html><title>x</title><body>";
  peak = live;
  const std::size_t before = live;
  const double start = cpu_microseconds();
  abide::visit visit = site.begin(from.method, from.target, request,
                                  {"10.1.2.3", from.tls ? abide::transport::tls : abide::transport::plain}, now);
  (void)visit.answer(from.method, from.target, request, std::string_view(from.body).substr(0, visit.body_limit() + 1));
  const auto reply = visit.take_reply();
  if (!reply) visit.finish(200, response, &page);
  out.microseconds = cpu_microseconds() - start;
  out.memory = peak - before;
  if (reply) measure(reply->fields, reply->body.size(), out);
  else measure(response.list, page.size(), out);
  return out;
}

class generator {
 public:
  explicit generator(unsigned seed) : random_(seed) {}

  asked next() {
    asked made;
    const bool posts = below(2) == 0;
    made.method = posts ? "POST" : below(20) == 0 ? "HEAD" : "GET";
    made.target = posts ? "/consent" : target();
    made.tls = below(2) == 0;
    if (posts) {
      made.fields.add("Sec-Fetch-Site", "same-origin");
      made.body = form();
    }
    made.fields.add("Host", host());
    made.fields.add("CF-IPCountry", one_of("DE", "US", "GB", "XX"));
    if (below(2) == 0) made.fields.add("CF-Region-Code", one_of("CA", "OR", "TX", letters(below(2000))));
    if (below(3) == 0) made.fields.add("Sec-GPC", one_of("1", "0, 1", many(below(800), "0, ", 1)));
    if (below(3) == 0) made.fields.add("Accept-Language", many(below(600), "de-" + letters(3) + ";q=0.5, ", 1));
    if (below(3) == 0) made.fields.add("Accept", one_of("text/html", "application/json", letters(below(4000))));
    if (below(4) == 0) forwarded(made.fields);
    cookies(made.fields);
    while (made.bytes() > bytes_in_max) made.fields.list.pop_back();
    return made;
  }

 private:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
  std::string letters(std::size_t size) {
    std::string text(size, 'a');
    for (char& c : text) c = static_cast<char>('a' + below(26));
    return text;
  }
  template <class... texts>
  std::string one_of(texts... from) {
    const std::array<std::string, sizeof...(from)> list{std::string(from)...};
    return list[below(list.size())];
  }
  static std::string many(std::size_t count, const std::string& part, std::size_t least) {
    std::string text;
    for (std::size_t i = 0; i < std::max(count, least); ++i) text += part;
    return text;
  }
  std::string host() {
    std::string made = "shop.example";
    const std::size_t labels = below(3) == 0 ? below(4000) : below(120);
    for (std::size_t i = 0; i < labels && made.size() < (below(10) == 0 ? 9000 : 251); ++i) made = "a." + made;
    return made;
  }
  std::string target() {
    const std::string own = one_of("/consent", "/consent/state", "/consent/policy", "/consent/cookies",
                                   "/.well-known/gpc.json", "/consent/receipt", "/", "/", "/");
    if (own != "/")
      return own + one_of("", "?return=" + many(below(1500), "%2F", 1), "?lang=" + letters(below(3000)), "?saved=1");
    std::string path = "/";
    for (std::size_t n = below(3) == 0 ? below(4000) : below(4); n > 0; --n) path += letters(1 + below(3)) + "/";
    return path;
  }
  std::string form() {
    std::string made =
        one_of("choice=reject-all", "choice=accept-all", "choice=withdraw", "choice=save", "choice=opt-out", "gpc=1");
    made += one_of("", "&from=banner", "&from=page");
    if (below(3) == 0) made += "&return=" + many(below(1300), "%2F", 1);
    if (below(3) == 0) made += many(below(200), "&grant=analytics", 1);
    if (below(3) == 0) made += "&lang=" + letters(below(3000));
    return made;
  }
  void forwarded(field_list& into) {
    into.add("X-Forwarded-For", many(below(1000), "10.1.1.1, ", 1) + "192.0.2.1");
    into.add("X-Forwarded-Proto", many(below(500), "https,", 1));
    if (below(2) == 0) into.add("X-Forwarded-Prefix", "/" + many(below(1500), "a/", 1));
    if (below(2) == 0) into.add("Forwarded", many(below(200), "for=\"[2001:db8::1]\";proto=https, ", 1));
  }
  void cookies(field_list& into) {
    const std::size_t fields = below(20) == 0 ? below(50) : 1;
    for (std::size_t i = 0; i < fields; ++i) into.add("Cookie", cookie_field(fields));
  }
  std::string cookie_field(std::size_t of) {
    std::string field;
    const std::size_t count = (below(2) == 0 ? below(5000) : below(20)) / of;
    for (std::size_t i = 0; i < count && field.size() < bytes_in_max / of; ++i)
      field += (field.empty() ? "" : "; ") + one_of("", "__Host-", "__Secure-", "r", "_ga_", "abide", "__Host-abide") +
               letters(below(40) == 0 ? below(4000) : below(12)) + "=" + letters(below(8));
    return field;
  }

  std::mt19937 random_;
};

using measured = std::pair<answered, asked>;

/// The requests that were worst by one measure, the worst first.
class worst {
 public:
  using measure = double (*)(const answered&);
  worst(const char* name, measure of) : name_(name), of_(of) {}
  void take(const answered& found, const asked& from) {
    if (list_.size() == size_max && of_(found) <= of_(list_.back().first)) return;
    list_.emplace_back(found, from);
    sort();
    if (list_.size() > size_max) list_.pop_back();
  }
  /// Measures each of the worst requests again and keeps the fastest response, because other processes disturb the
  /// time.
  void again(const abide::site& site) {
    for (auto& [found, from] : list_)
      for (int i = 0; i < 5; ++i) {
        const answered next = ask(site, from);
        if (next.microseconds < found.microseconds) found = next;
      }
    sort();
  }
  const char* name() const { return name_; }
  const answered& found() const { return list_.front().first; }

 private:
  static constexpr std::size_t size_max = 20;
  void sort() {
    std::stable_sort(list_.begin(), list_.end(),
                     [this](const measured& a, const measured& b) { return of_(a.first) > of_(b.first); });
  }
  const char* name_;
  measure of_;
  std::vector<measured> list_;
};

asked named(std::size_t labels, std::size_t cookies) {
  asked made{"POST", "/consent", "choice=reject-all&from=banner&return=/", true, {}};
  std::string host = "shop.example", field;
  for (std::size_t i = 0; i < labels; ++i) host.insert(0, "a.");
  for (std::size_t i = 0; i < cookies; ++i) field += (i > 0 ? "; c" : "c") + std::to_string(i) + "=1";
  made.fields = {{"Host", host}, {"Sec-Fetch-Site", "same-origin"}, {"CF-IPCountry", "DE"}, {"Cookie", field}};
  return made;
}

void print(const char* name, const answered& a) {
  std::printf("%-46s %8zu %9zu %10zu %8zu %9.1f %9.0f\n", name, a.bytes_in, a.bytes_out, a.set_cookies,
              a.set_cookie_bytes, static_cast<double>(a.memory) / 1024, a.microseconds);
}

}  // namespace

int main(int count, char** words) {
  const int requests = count > 1 ? std::atoi(words[1]) : 100'000;
  const unsigned seed = count > 2 ? static_cast<unsigned>(std::atoi(words[2])) : 1;
  abide::site_options options;
  options.keys = {std::string(32, 'k')};
  options.records = "none";
  options.warn = [](const std::string&) {};
  const abide::site site(abide::parse_config(policy_text, "policy.json"), std::move(options));
  std::array<worst, 5> list{
      worst{"most bytes out", [](const answered& a) { return static_cast<double>(a.bytes_out); }},
      worst{"most Set-Cookie fields", [](const answered& a) { return static_cast<double>(a.set_cookies); }},
      worst{"most bytes of Set-Cookie", [](const answered& a) { return static_cast<double>(a.set_cookie_bytes); }},
      worst{"most memory", [](const answered& a) { return static_cast<double>(a.memory); }},
      worst{"most time", [](const answered& a) { return a.microseconds; }}};
  generator from(seed);
  for (int i = 0; i < requests; ++i) {
    const asked each = from.next();
    const answered found = ask(site, each);
    for (worst& w : list) w.take(found, each);
  }
  list.back().again(site);
  std::printf("%-46s %8s %9s %10s %8s %9s %9s\n", "", "bytes in", "bytes out", "Set-Cookie", "bytes", "KB peak",
              "CPU us");
  for (const worst& each : list) print(each.name(), each.found());
  print("Host of 3,000 labels, 300 cookies, reject all", ask(site, named(3'000, 300)));
  print("Host of 400 labels, 300 cookies, reject all", ask(site, named(400, 300)));
  print("the longest Host, 300 cookies, reject all", ask(site, named(120, 300)));
  print("15 undeclared cookies, reject all", ask(site, named(1, 15)));
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  std::printf("%d requests generated from seed %u; the process had at most %ld MB\n", requests, seed,
              used.ru_maxrss / 1024);
}
