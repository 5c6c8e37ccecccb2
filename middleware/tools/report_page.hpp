#pragma once
// The report of a store: its filter, and the page. For a file and for a server.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/keys.hpp"
#include "records/store.hpp"
#include "tools/report.hpp"

namespace abide::detail {

/// What a reader asks for, in options or in an address. Empty: everything.
struct report_question {
  std::string from, to, place;  ///< `2026-11-22`, the same, `DE`
};

/// Throws std::invalid_argument; its text begins with the name of the part: `from: expected ...`.
report_filter filter_of(const report_question&, std::int64_t now);

/// Counts what passes the filter.
totals totals_of(store&, const report_filter&);

/// The names by which a request may address the server. `address`: where it listens; `public_host`: the application
/// whose log-in protects it; empty: none.
class known_hosts {
 public:
  known_hosts(const std::string& address, unsigned port, const std::string& public_host);
  /// `host`: the request's Host field. A page of another site whose name resolves to this machine (DNS rebinding) sends
  /// another.
  bool has(std::string_view host) const;

 private:
  std::vector<std::string> names_;
};

struct report_reply {
  unsigned status = 200;
  std::string type, body;
};

/// Answers the requests for a live report. For one thread at a time. Reads the whole store for each page; trusts its
/// last verification for a minute.
class live_report {
 public:
  live_report(std::unique_ptr<store>, const keys*, std::string site, known_hosts);
  report_reply answer(std::string_view method, std::string_view target, std::string_view host, std::int64_t now_ms);

 private:
  std::string page(const report_question&, std::int64_t now_ms);
  const std::unique_ptr<store> store_;
  const keys* signing_;
  const std::string site_;
  const known_hosts hosts_;
  bool is_open_ = false;
  std::optional<verification> verified_;
  std::int64_t verified_ms_ = 0;
};

/// The fields of every reply besides Content-Type and Content-Length: names and values.
std::vector<std::pair<std::string_view, std::string_view>> report_fields();

}  // namespace abide::detail
