// The cost of one decision, one classification and one filtered request. Baselines run in the same process: the ratio
// to them says more than nanoseconds alone.
//   abide_bench [--benchmark_filter=typical]
#include <benchmark/benchmark.h>

#include <fstream>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#ifdef ABIDE_BENCH_RE2
#include <re2/re2.h>
#include <re2/set.h>
#endif

#include "counting_new.hpp"
#include "site/consent_cookie.hpp"
#include "site/memo.hpp"
#include "typical.hpp"

namespace {

using namespace abide;
using namespace abide::detail;

// Reports heap allocations per iteration, beside the time.
class count_allocations {
 public:
  explicit count_allocations(benchmark::State& state) : state_(state), before_(allocations) {}
  ~count_allocations() {
    state_.counters["allocations"] =
        static_cast<double>(allocations - before_) / static_cast<double>(state_.iterations());
  }

 private:
  benchmark::State& state_;
  std::size_t before_;
};

// ---- Budget: 1.0 us and no allocation

const typical::site& shop() {
  static const typical::site made;
  return made;
}

// The classifier in a server's thread.
classifier remembered() {
  static detail::memo names;
  return names.classifier();
}

void typical_request(benchmark::State& state) {
  const typical::site& site = shop();
  const count_allocations count(state);
  for (auto _ : state) benchmark::DoNotOptimize(typical::exchange(site, "DE", true, remembered()));
}
BENCHMARK(typical_request);

// Every name is looked up anew.
void typical_request_without_memo(benchmark::State& state) {
  const typical::site& site = shop();
  for (auto _ : state) benchmark::DoNotOptimize(typical::exchange(site));
}
BENCHMARK(typical_request_without_memo);

void typical_request_without_signal(benchmark::State& state) {
  const typical::site& site = shop();
  for (auto _ : state) benchmark::DoNotOptimize(typical::exchange(site, "US-CA", false, remembered()));
}
BENCHMARK(typical_request_without_signal);

// Only splits the Cookie header, by hand, into views.
void baseline_split_cookie_header(benchmark::State& state) {
  for (auto _ : state) {
    std::string_view rest = typical::cookies;
    benchmark::DoNotOptimize(rest);
    std::size_t sum = 0;
    while (!rest.empty()) {
      const std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(rest.size(), pair.size() + 2));
      sum += pair.find('=');
    }
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(baseline_split_cookie_header);

// ---- Budget: 40 ns for one name

void classify_name(benchmark::State& state, std::string_view name) {
  const policy plain;
  const count_allocations count(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(name);
    benchmark::DoNotOptimize(classify(plain, {name, "www.shop.example", false}));
  }
}
BENCHMARK_CAPTURE(classify_name, exact, "PHPSESSID");
BENCHMARK_CAPTURE(classify_name, exact_short, "_ga");
BENCHMARK_CAPTURE(classify_name, pattern, "_ga_ABCDEF1234");
BENCHMARK_CAPTURE(classify_name, normal_form, "__Secure-PHPSESSID_3f2504e0");
BENCHMARK_CAPTURE(classify_name, unknown, "shop_basket_v2");

void classify_third_party(benchmark::State& state, std::string_view name, std::string_view host) {
  const policy plain;
  const count_allocations count(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(name);
    benchmark::DoNotOptimize(classify(plain, {name, host, true}));
  }
}
BENCHMARK_CAPTURE(classify_third_party, name_and_host, "uid", "gum.criteo.com");
BENCHMARK_CAPTURE(classify_third_party, host_only, "zz", "x.adnxs.com");

void classify_one_request(benchmark::State& state, std::string_view url) {
  const policy plain;
  const count_allocations count(state);
  for (auto _ : state) {
    benchmark::DoNotOptimize(url);
    benchmark::DoNotOptimize(classify_request(plain, {url, request_type::image, "shop.example"}));
  }
}
BENCHMARK_CAPTURE(classify_one_request, host, "https://gum.criteo.com/sync?c=1");
BENCHMARK_CAPTURE(classify_one_request, shape, "https://metrics.shop.example/b/ss/abc/1/JS-2.22.0/s123?AQB=1");
BENCHMARK_CAPTURE(classify_one_request, own, "https://www.shop.example/images/products/1234.jpg");

// Cycles through the 20 names of the typical request, so that no branch pattern is learnt.
void classify_mixed_names(benchmark::State& state) {
  const policy plain;
  std::vector<std::string_view> names;
  cookie_pair pair;
  for (cookie_walk walk(typical::cookies); walk.next(pair);) names.push_back(pair.name);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(classify(plain, {names[i], "www.shop.example", false}));
    i = i + 1 == names.size() ? 0 : i + 1;
  }
}
BENCHMARK(classify_mixed_names);

// The same rules with common data structures, in the same run.
std::vector<std::string> catalog_names() {
  std::vector<std::string> names;
  std::ifstream in(ABIDE_SOURCE_DIR "/sdk/data/catalog.tsv");
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#' && line.rfind("name\t", 0) != 0)
      names.push_back(line.substr(0, line.find('\t')));
  return names;
}

// A hash map of the exact names, and a loop over the prefixes.
void baseline_map_and_prefixes(benchmark::State& state, std::string_view name) {
  std::unordered_map<std::string, int> exact;
  std::vector<std::string> prefixes;
  for (const std::string& pattern : catalog_names()) {
    if (pattern.find('*') == std::string::npos) exact.emplace(pattern, 1);
    else if (pattern.back() == '*') prefixes.push_back(pattern.substr(0, pattern.size() - 1));
  }
  for (auto _ : state) {
    benchmark::DoNotOptimize(name);
    int found = static_cast<int>(exact.count(std::string(name)));
    if (found == 0)
      for (const std::string& prefix : prefixes)
        if (name.substr(0, prefix.size()) == prefix) {
          found = 2;
          break;
        }
    benchmark::DoNotOptimize(found);
  }
}
BENCHMARK_CAPTURE(baseline_map_and_prefixes, exact, "PHPSESSID");
BENCHMARK_CAPTURE(baseline_map_and_prefixes, pattern, "_ga_ABCDEF1234");
BENCHMARK_CAPTURE(baseline_map_and_prefixes, unknown, "shop_basket_v2");

#ifdef ABIDE_BENCH_RE2
const RE2::Set& catalog_set() {
  static const std::unique_ptr<RE2::Set> made = [] {
    RE2::Options options;
    options.set_max_mem(std::int64_t{1} << 30);
    auto set = std::make_unique<RE2::Set>(options, RE2::ANCHOR_BOTH);
    for (const std::string& name : catalog_names()) {
      const std::size_t star = name.find('*');
      const std::string tail = star == std::string::npos ? "" : ".*" + RE2::QuoteMeta(name.substr(star + 1));
      set->Add(RE2::QuoteMeta(name.substr(0, star)) + tail, nullptr);
    }
    set->Compile();
    return set;
  }();
  return *made;
}

void baseline_re2_set(benchmark::State& state, std::string_view name) {
  const RE2::Set& set = catalog_set();
  std::vector<int> found;
  for (auto _ : state) {
    benchmark::DoNotOptimize(name);
    set.Match(re2::StringPiece(name.data(), name.size()), &found);
    benchmark::DoNotOptimize(found.data());
  }
}
BENCHMARK_CAPTURE(baseline_re2_set, exact, "PHPSESSID");
BENCHMARK_CAPTURE(baseline_re2_set, pattern, "_ga_ABCDEF1234");
BENCHMARK_CAPTURE(baseline_re2_set, unknown, "shop_basket_v2");
#endif

// ---- Single steps

void jurisdiction_lookup(benchmark::State& state, std::string_view place) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(place);
    benchmark::DoNotOptimize(&find_jurisdiction(place, typical::now));
  }
}
BENCHMARK_CAPTURE(jurisdiction_lookup, state, "US-CA");
BENCHMARK_CAPTURE(jurisdiction_lookup, country, "DE");
BENCHMARK_CAPTURE(jurisdiction_lookup, unknown, "XX");

record some_record() {
  record r;
  r.choices = {choice::none, choice::granted, choice::denied, choice::denied};
  r.time = typical::now - 1000;
  r.notice = 1;
  r.source = source::banner;
  r.sticky_since = typical::now - 2000;
  return r;
}

void decide_with_record(benchmark::State& state) {
  const typical::site& site = shop();
  const jurisdiction& place = find_jurisdiction("US-CA", typical::now);
  const record chosen = some_record();
  for (auto _ : state)
    benchmark::DoNotOptimize(
        decide(site.policy, {true, dnt_value::absent}, place, &chosen, {true, false, -1, false, false}, typical::now));
}
BENCHMARK(decide_with_record);

// Place and decision for every row of the table in turn, so that no branch pattern is learnt and no row is warm.
void decide_any_place(benchmark::State& state) {
  const typical::site& site = shop();
  const jurisdiction_table table = jurisdictions();
  const record chosen = some_record();
  std::size_t i = 0;
  const count_allocations count(state);
  for (auto _ : state) {
    const jurisdiction& place = find_jurisdiction(table.rows[i].code, typical::now);
    benchmark::DoNotOptimize(
        decide(site.policy, {i % 2 == 0, dnt_value::absent}, place, i % 3 == 0 ? nullptr : &chosen, {}, typical::now));
    i = i + 1 == table.count ? 0 : i + 1;
  }
  state.counters["rows"] = static_cast<double>(table.count);
  state.counters["table_bytes"] = static_cast<double>(table.bytes);
}
BENCHMARK(decide_any_place);

void write_one_record(benchmark::State& state) {
  const record r = some_record();
  char out[record_text_max];
  for (auto _ : state) {
    benchmark::DoNotOptimize(write_record(r, out));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(write_one_record);

void read_one_record(benchmark::State& state) {
  char out[record_text_max];
  const std::string_view text(out, write_record(some_record(), out));
  for (auto _ : state) benchmark::DoNotOptimize(parse_record(text));
}
BENCHMARK(read_one_record);

// ---- The middleware

void verify_consent_cookie(benchmark::State& state) {
  const keys signing({std::string(32, 'k')}, "", key_use::cookies);
  std::string value =
      write_consent_cookie("abide", {some_record(), {}, 0, 0, true}, {"www.shop.example", true, false}, signing, 395);
  value = value.substr(6, value.find(';') - 6);
  const count_allocations count(state);
  for (auto _ : state) benchmark::DoNotOptimize(read_consent_cookie(value, {"www.shop.example", true, false}, signing));
}
BENCHMARK(verify_consent_cookie);

void sign_consent_cookie(benchmark::State& state) {
  const keys signing({std::string(32, 'k')}, "", key_use::cookies);
  for (auto _ : state)
    benchmark::DoNotOptimize(write_consent_cookie("abide", {some_record(), {}, 0, 0, true},
                                                  {"www.shop.example", true, false}, signing, 395));
}
BENCHMARK(sign_consent_cookie);

}  // namespace

BENCHMARK_MAIN();
