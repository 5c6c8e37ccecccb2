#pragma once
#include <chrono>
#include <string_view>
#include <vector>

#include "abide/log.hpp"

/// A log that keeps what it was asked, and answers when told to.
class log_on_paper final : public abide::log {
 public:
  std::vector<abide::log_change> saved, later;
  std::vector<saved_function> waiting;
  abide::account_state known{true, {}};

  void save(abide::log_change change, saved_function done, cancel_flag) override {
    saved.push_back(std::move(change));
    waiting.push_back(std::move(done));
  }
  bool save_later(abide::log_change change) override {
    later.push_back(std::move(change));
    return true;
  }
  void account(std::string_view, account_function done, cancel_flag) override { done(known); }
  void history(std::string_view, std::size_t, history_function done, cancel_flag) override {
    done(std::vector<abide::consent_record>{});
  }
  std::chrono::milliseconds timeout() const override { return std::chrono::milliseconds(20); }
};
