// Budgets of DESIGN section 7. Baselines run beside them, so that a ratio of one run says more than its nanoseconds.
//   abide_bench [--benchmark_filter=typical]
#include <benchmark/benchmark.h>

#include <fstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "consent_cookie.hpp"
#include "counting_new.hpp"
#include "typical.hpp"

namespace {

using namespace abide;

// Heap allocations of one turn, beside the time.
class count_allocations {
 public:
  explicit count_allocations(benchmark::State& state) : state_(state), before_(allocations) {}
  ~count_allocations() {
    state_.counters["allocations"] = static_cast<double>(allocations - before_) / static_cast<double>(state_.iterations());
  }

 private:
  benchmark::State& state_;
  std::size_t before_;
};

const typical::site& shop() {
  static const typical::site made;
  return made;
}

// ---- The budget of 1.0 us and no allocation

memo names;

void typical_request(benchmark::State& state) {
  const typical::site& site = shop();
  const count_allocations count(state);
  for (auto _ : state) benchmark::DoNotOptimize(typical::exchange(site, "DE", true, &names));
}
BENCHMARK(typical_request);

// Every name looked up anew.
void typical_request_without_memo(benchmark::State& state) {
  const typical::site& site = shop();
  for (auto _ : state) benchmark::DoNotOptimize(typical::exchange(site));
}
BENCHMARK(typical_request_without_memo);

void typical_request_without_signal(benchmark::State& state) {
  const typical::site& site = shop();
  for (auto _ : state) benchmark::DoNotOptimize(typical::exchange(site, "US-CA", false, &names));
}
BENCHMARK(typical_request_without_signal);

// Only cutting the Cookie header apart, by hand, into views.
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

// ---- The budget of 40 ns for one name

void classify_name(benchmark::State& state, std::string_view name) {
  const policy plain;
  for (auto _ : state) {
    benchmark::DoNotOptimize(name);
    benchmark::DoNotOptimize(classify(plain, {name, "www.shop.example", false}));
  }
}
BENCHMARK_CAPTURE(classify_name, exact, "_gcl_au");
BENCHMARK_CAPTURE(classify_name, exact_short, "_ga");
BENCHMARK_CAPTURE(classify_name, prefix, "_ga_ABCDEF1234");
BENCHMARK_CAPTURE(classify_name, unknown, "shop_basket_v2");

// The 20 names of the typical request in turn, so that no branch is learnt by heart.
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

// A hash map of the exact names and a loop over the prefixes.
void baseline_map_and_prefixes(benchmark::State& state, std::string_view name) {
  std::unordered_map<std::string, int> exact;
  std::vector<std::string> prefixes;
  std::ifstream in(ABIDE_SOURCE_DIR "/sdk/data/catalog.tsv");
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::string pattern = line.substr(0, line.find('\t'));
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
BENCHMARK_CAPTURE(baseline_map_and_prefixes, exact, "_gcl_au");
BENCHMARK_CAPTURE(baseline_map_and_prefixes, unknown, "shop_basket_v2");

// ---- The steps

void find_jurisdiction(benchmark::State& state, std::string_view place) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(place);
    benchmark::DoNotOptimize(&jurisdiction_of(place, typical::now));
  }
}
BENCHMARK_CAPTURE(find_jurisdiction, state, "US-CA");
BENCHMARK_CAPTURE(find_jurisdiction, country, "DE");
BENCHMARK_CAPTURE(find_jurisdiction, unknown, "XX");

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
  const jurisdiction& place = jurisdiction_of("US-CA", typical::now);
  const record chosen = some_record();
  for (auto _ : state) benchmark::DoNotOptimize(decide(site.policy, {true, dnt_value::absent}, place, &chosen, {true, false, -1, false, false}, typical::now));
}
BENCHMARK(decide_with_record);

// Place and decision for every row of the table in turn: no branch is learnt by heart, no row is warm.
void decide_any_place(benchmark::State& state) {
  const typical::site& site = shop();
  const jurisdiction_table table = jurisdictions();
  const record chosen = some_record();
  std::size_t i = 0;
  const count_allocations count(state);
  for (auto _ : state) {
    const jurisdiction& place = jurisdiction_of(table.rows[i].code, typical::now);
    benchmark::DoNotOptimize(decide(site.policy, {i % 2 == 0, dnt_value::absent}, place, i % 3 == 0 ? nullptr : &chosen, {}, typical::now));
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
  for (auto _ : state) benchmark::DoNotOptimize(read_record(text));
}
BENCHMARK(read_one_record);

// ---- The middleware's part

void verify_consent_cookie(benchmark::State& state) {
  const keys signing({std::string(32, 'k')}, "");
  std::string value = write_consent_cookie("abide", {some_record(), {}}, "www.shop.example", signing, true, 395);
  value = value.substr(6, value.find(';') - 6);
  const count_allocations count(state);
  for (auto _ : state) benchmark::DoNotOptimize(read_consent_cookie(value, "www.shop.example", signing));
}
BENCHMARK(verify_consent_cookie);

void sign_consent_cookie(benchmark::State& state) {
  const keys signing({std::string(32, 'k')}, "");
  for (auto _ : state) benchmark::DoNotOptimize(write_consent_cookie("abide", {some_record(), {}}, "www.shop.example", signing, true, 395));
}
BENCHMARK(sign_consent_cookie);

}  // namespace

BENCHMARK_MAIN();
