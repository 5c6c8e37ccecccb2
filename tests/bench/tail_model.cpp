// Would a small model of a name's letters beat the party rule for cookies that neither the catalog nor the hosts list?
// It does not, so the core has none. This program measured that, and can repeat it when there is more training data.
//   tail_model [CATALOG.tsv [LABELLED.tsv]]
// Hashed character 3- to 5-grams and whole words of the name, 4,096 buckets of four int8 weights (16 KB). Softmax
// regression, trained on the catalog's names and on the labelled cookies of all other sites: cross-validated by site.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "abide/abide.hpp"

namespace {

using namespace abide;

constexpr std::size_t buckets = 4096;
constexpr int epochs = 8;

struct example {
  std::vector<std::uint16_t> features;
  std::size_t truth;
  float weight;
};

std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i], low = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const bool is_word = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9');
    const bool camel = i > 0 && low != c && name[i - 1] >= 'a' && name[i - 1] <= 'z';
    if ((!is_word || camel) && !words.back().empty()) words.emplace_back();
    if (is_word) words.back() += low >= '0' && low <= '9' ? '0' : low;
  }
  return words;
}

std::uint16_t bucket_of(std::string_view text) {
  std::uint32_t hash = 2166136261u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return static_cast<std::uint16_t>((hash ^ (hash >> 15)) % buckets);
}

std::vector<std::uint16_t> features_of(const std::string& name) {
  std::vector<std::uint16_t> found;
  for (const std::string& word : words_of(name)) {
    if (word.empty()) continue;
    found.push_back(bucket_of("=" + word));
    const std::string framed = "^" + word + "$";
    for (std::size_t size = 3; size <= 5; ++size)
      for (std::size_t i = 0; i + size <= framed.size(); ++i)
        found.push_back(bucket_of(std::string_view(framed).substr(i, size)));
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

class model {
 public:
  explicit model(std::vector<example> examples) : weights_(buckets), squares_(buckets, {0.1f, 0.1f, 0.1f, 0.1f}) {
    std::mt19937 order(1);
    for (int epoch = 0; epoch < epochs; ++epoch) {
      std::shuffle(examples.begin(), examples.end(), order);
      for (const example& e : examples) learn(e);
    }
    for (auto& bucket : weights_)
      for (float& w : bucket) w = std::round(std::clamp(w * 32, -127.0f, 127.0f)) / 32;  // quantised to int8
  }
  std::array<float, 4> answer(const std::vector<std::uint16_t>& features) const {
    std::array<float, 4> z{};
    for (const std::uint16_t f : features)
      for (std::size_t k = 0; k < 4; ++k) z[k] += weights_[f][k];
    const float most = *std::max_element(z.begin(), z.end());
    float sum = 0;
    for (float& each : z) sum += each = std::exp(each - most);
    for (float& each : z) each /= sum;
    return z;
  }

 private:
  void learn(const example& e) {
    const auto p = answer(e.features);
    for (const std::uint16_t f : e.features)
      for (std::size_t k = 0; k < 4; ++k) {
        const float slope = (p[k] - (k == e.truth ? 1.0f : 0.0f)) * e.weight;
        squares_[f][k] += slope * slope;
        weights_[f][k] -= 0.15f * slope / std::sqrt(squares_[f][k]);
      }
  }
  std::vector<std::array<float, 4>> weights_, squares_;
};

std::vector<std::vector<std::string>> rows_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file + ": cannot read");
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] == '#') continue;
    auto& cells = rows.emplace_back(1);
    for (const char c : line)
      if (c == '\t') cells.emplace_back();
      else cells.back() += c;
  }
  rows.erase(rows.begin());
  return rows;
}

std::size_t index_of(const std::string& name) { return static_cast<std::size_t>(parse_category(name).value()); }

int run(const std::string& catalog_file, const std::string& labelled_file) {
  std::vector<example> of_catalog;
  for (const auto& row : rows_of(catalog_file)) {
    std::string name = row.at(0);
    name.erase(std::remove(name.begin(), name.end(), '*'), name.end());
    if (row.at(1).empty() && name.size() > 1)
      of_catalog.push_back({features_of(name), index_of(row.at(2)), std::stof(row.at(4)) / 100});
  }
  struct tail_row {
    std::vector<std::string> cells;
    bool third_party;
  };
  std::map<std::string, std::vector<tail_row>> tails;  // by site: the cookies that only the party rule classifies
  const auto labelled = rows_of(labelled_file);
  policy by_party;
  by_party.unknown = unknown_policy::party;
  for (const auto& row : labelled) {
    const bool third = row.at(4) == "third";
    if (classify(by_party, {row.at(1), row.at(2), third}).from == evidence::rule)
      tails[row.at(3)].push_back({row, third});
  }
  struct outcome {
    float sure;
    bool model_right, rule_right;
  };
  std::vector<outcome> outcomes;
  for (const auto& [site, tail] : tails) {
    std::vector<example> examples = of_catalog;
    for (const auto& row : labelled)
      if (row.at(3) != site) examples.push_back({features_of(row.at(1)), index_of(row.at(0)), 0.7f});
    const model made(std::move(examples));
    for (const tail_row& t : tail) {
      const auto p = made.answer(features_of(t.cells.at(1)));
      const auto best = static_cast<std::size_t>(std::max_element(p.begin(), p.end()) - p.begin());
      const category rule = t.third_party ? category::targeting : category::required;
      outcomes.push_back(
          {p[best], best == index_of(t.cells.at(0)), static_cast<std::size_t>(rule) == index_of(t.cells.at(0))});
    }
  }
  std::printf("%zu cookies of %zu sites that only the party rule answers; cross-validated by site\n", outcomes.size(),
              tails.size());
  for (const float least : {0.95f, 0.9f, 0.8f, 0.7f, 0.6f, 0.5f, 0.0f}) {
    std::size_t count = 0, model_right = 0, rule_right = 0;
    for (const outcome& o : outcomes)
      if (o.sure >= least) {
        ++count;
        model_right += o.model_right;
        rule_right += o.rule_right;
      }
    std::printf("  model at least %.2f sure: %3zu cookies, model right %3zu, party rule right %3zu\n",
                static_cast<double>(least), count, model_right, rule_right);
  }
  return 0;
}

}  // namespace

int main(int count, char** words) try {
  return run(count > 1 ? words[1] : ABIDE_SOURCE_DIR "/sdk/data/catalog.tsv",
             count > 2 ? words[2] : ABIDE_SOURCE_DIR "/../shared/reference/cookies/declared-dev.tsv");
} catch (const std::exception& error) {
  std::cerr << "tail_model: " << error.what() << '\n';
  return 2;
}
