// Compares the classification of cookies with published labels, and with the open database plus the party rule in the
// same run.
//   classify_report [--details] [--database FILE.csv] [FILE.tsv...]
// The tables have the columns label name host site party; other tables are skipped. Without arguments: the labelled
// tables beside the project. Nothing measured here is fitted during the run. Figures are also given as the mean over
// sites, so that one site with many cookies does not dominate.
#include <cctype>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "abide/abide.hpp"

namespace {

using namespace abide;

std::vector<std::string> split(const std::string& line, char mark) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"' && mark == ',') quoted = !quoted;
    else if (c == mark && !quoted) cells.emplace_back();
    else if (c != '\r') cells.back() += c;
  }
  return cells;
}

struct labelled {
  category truth;
  std::string name, host, site;
  bool third_party;
};

std::vector<std::map<std::string, std::string>> rows_of(const std::string& file, char mark) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file + ": cannot read");
  std::string line;
  std::getline(in, line);
  const auto titles = split(line, mark);
  std::vector<std::map<std::string, std::string>> rows;
  while (std::getline(in, line)) {
    const auto cells = split(line, mark);
    auto& row = rows.emplace_back();
    for (std::size_t i = 0; i < titles.size(); ++i) row[titles[i]] = i < cells.size() ? cells[i] : "";
  }
  return rows;
}

std::string host_in(std::string text) {
  if (!text.empty() && text.front() == '.') text.erase(0, 1);
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

// From free text such as `example.com (3rd party)`: the first word that contains a dot.
std::string first_host(const std::string& text) {
  std::string host;
  for (const char c : host_in(text) + ' ') {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-') host += c;
    else if (host.find('.') != std::string::npos) return host;
    else host.clear();
  }
  return {};
}

bool is_third(const std::string& party, const std::string& host, const std::string& site) {
  if (!party.empty()) return party == "third";
  return !host.empty() && !site.empty() && !is_same_site(host, site);
}

std::vector<labelled> read_table(const std::string& file) {
  std::vector<labelled> rows;
  for (auto& r : rows_of(file, '\t')) {
    const auto truth = parse_category(r["label"]);
    const std::string host = host_in(r["host"]), site = host_in(r["site"]);
    if (truth) rows.push_back({*truth, r["name"], host, site, is_third(r["party"], host, site)});
  }
  return rows;
}

// The open database, used on its own: exact names, prefixes, then the party.
struct database {
  std::unordered_map<std::string, category> exact;
  std::vector<std::pair<std::string, category>> prefixes;
  std::vector<labelled> rows;

  explicit database(const std::string& file) {
    for (auto& r : rows_of(file, ',')) {
      const auto label = parse_category(r["label"]);
      if (!label || r["name_pattern"].empty()) continue;
      const bool wild = r["is_wildcard"] == "1";
      if (wild) prefixes.emplace_back(r["name_pattern"], *label);
      else exact.try_emplace(r["name_pattern"], *label);
      const std::string host = first_host(r["domain"]);
      rows.push_back({*label, r["name_pattern"] + (wild ? "0a9z" : ""), host, "", !host.empty()});
    }
  }
  std::pair<category, std::string_view> answer(const labelled& cookie) const {
    if (const auto at = exact.find(cookie.name); at != exact.end()) return {at->second, "database"};
    for (const auto& [prefix, label] : prefixes)
      if (cookie.name.rfind(prefix, 0) == 0) return {label, "database"};
    return {cookie.third_party ? category::targeting : category::required, "rule"};
  }
};

struct figures {
  double accuracy = 0, macro_f1 = 0, leak = 0, breakage = 0;
};

class tally {
 public:
  void add(category truth, category answer, std::string_view from) {
    ++count_[index(truth)][index(answer)];
    auto& [asked, right] = by_source_[std::string(from)];
    ++asked;
    right += truth == answer;
    ++rows_;
  }
  figures result() const {
    figures f;
    double right = 0, classes = 0;
    for (std::size_t c = 0; c < 4; ++c) {
      double said = 0, is = 0;
      for (std::size_t o = 0; o < 4; ++o) {
        said += count_[o][c];
        is += count_[c][o];
      }
      right += count_[c][c];
      if (is > 0) ++classes;
      if (said + is > 0 && is > 0) f.macro_f1 += 2 * count_[c][c] / (said + is);
    }
    f.accuracy = rows_ > 0 ? right / rows_ : 0;
    f.macro_f1 = classes > 0 ? f.macro_f1 / classes : 0;
    f.leak = share(category::targeting, category::required);
    f.breakage = 1 - share(category::required, category::required);
    return f;
  }
  void print(const char* who) const {
    const figures f = result();
    std::printf("  %-22s accuracy %5.1f  macro-F1 %5.1f  leak %5.1f  breakage %5.1f  ", who, 100 * f.accuracy,
                100 * f.macro_f1, 100 * f.leak, 100 * f.breakage);
    for (const auto& [source, counts] : by_source_)
      std::printf(" %s %.1f%% (%.0f right)", source.c_str(), 100 * counts.first / rows_,
                  100 * counts.second / counts.first);
    std::puts("");
  }

 private:
  static std::size_t index(category c) { return static_cast<std::size_t>(c); }
  double share(category truth, category answer) const {
    double of = 0;
    for (const double each : count_[index(truth)]) of += each;
    return of > 0 ? count_[index(truth)][index(answer)] / of : 0;
  }
  std::array<std::array<double, 4>, 4> count_{};
  std::map<std::string, std::pair<double, double>> by_source_;
  double rows_ = 0;
};

double mean_over_sites(const std::map<std::string, tally>& sites) {
  double sum = 0;
  for (const auto& [site, t] : sites) sum += t.result().accuracy;
  return sites.empty() ? 0 : 100 * sum / static_cast<double>(sites.size());
}

void report(const std::string& title, const std::vector<labelled>& rows, const database& open, bool details) {
  policy by_party;
  by_party.unknown = unknown_policy::party;
  tally ours, theirs;
  std::map<std::string, tally> our_sites, their_sites;
  for (const labelled& row : rows) {
    const classification c = classify(by_party, {row.name, row.host, row.third_party});
    const auto [other, from] = open.answer(row);
    ours.add(row.truth, c.category, to_string(c.from));
    theirs.add(row.truth, other, from);
    our_sites[row.site].add(row.truth, c.category, "");
    their_sites[row.site].add(row.truth, other, "");
    if (details && c.category != row.truth)
      std::printf("%s\t%s\t%s\t%s\t%s\t%.*s\n", std::string(to_string(row.truth)).c_str(),
                  std::string(to_string(c.category)).c_str(), row.name.c_str(), row.host.c_str(),
                  std::string(to_string(c.from)).c_str(), static_cast<int>(c.vendor.size()), c.vendor.data());
  }
  std::printf("%s: %zu cookies, %zu sites\n", title.c_str(), rows.size(), our_sites.size());
  ours.print("Abide");
  theirs.print("open database + party");
  std::printf("  mean accuracy of a site: Abide %.1f, open database + party %.1f\n\n", mean_over_sites(our_sites),
              mean_over_sites(their_sites));
}

int run(std::vector<std::string> words) {
  const std::string beside = ABIDE_SOURCE_DIR "/../shared/reference/cookies/";
  std::string database_file = beside + "open-cookie-database.csv";
  std::vector<std::string> files;
  bool details = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--details") details = true;
    else if (words[i] == "--database" && i + 1 < words.size()) database_file = words[++i];
    else files.push_back(words[i]);
  }
  if (files.empty()) files.push_back(beside + "declared-dev.tsv");
  const database open(database_file);
  const catalog_info catalog = abide::catalog();
  std::printf("catalog %s: %zu names and patterns, %zu hosts, %.1f KB packed\n\n", std::string(catalog.version).c_str(),
              catalog.entries, catalog.hosts, static_cast<double>(catalog.bytes) / 1024);
  for (const std::string& file : files) report(file.substr(file.rfind('/') + 1), read_table(file), open, details);
  report("the open database itself (it has practically no functional class)", open.rows, open, details);
  return 0;
}

}  // namespace

int main(int count, char** words) try { return run({words + 1, words + count}); } catch (const std::exception& error) {
  std::cerr << "classify_report: " << error.what() << '\n';
  return 2;
}
