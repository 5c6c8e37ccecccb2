#pragma once
// One visitor in one place under one policy: what a test of the decision changes and queries.
#include <algorithm>
#include <optional>
#include <utility>

#include "words.hpp"

struct scene {
  abide::policy rules;
  abide::signals seen;
  std::string place = "DE";
  std::optional<abide::record> chosen;
  abide::visitor who;
  std::int64_t now = words::today();

  abide::decision decide() const {
    return abide::decide(rules, seen, abide::find_jurisdiction(place, now), chosen ? &*chosen : nullptr, who, now);
  }

  void choose(std::initializer_list<std::pair<abide::category, abide::choice>> choices,
              std::int64_t time = words::today()) {
    chosen = abide::record{};
    for (const auto& [c, what] : choices) chosen->choices[static_cast<unsigned>(c)] = what;
    chosen->time = time;
    chosen->notice = rules.notice_version;
    chosen->source = abide::source::banner;
  }
  void choose_all(abide::choice what, std::int64_t time = words::today()) {
    using abide::category;
    choose({{category::analytics, what}, {category::functional, what}, {category::targeting, what}}, time);
  }

  /// For example `D6 denied`.
  std::string own(abide::category c) const { return told(decide().own[static_cast<unsigned>(c)]); }
  std::string shared(abide::category c) const { return told(decide().shared[static_cast<unsigned>(c)]); }
  std::string exempt(abide::category c) const { return told(decide().exempt[static_cast<unsigned>(c)]); }

 private:
  static std::string told(const abide::verdict& v) {
    return std::string(to_string(v.rule)) + (v.allowed ? " allowed" : " denied");
  }
};
