#pragma once
// What the connections of one thread share, and what all threads share.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "abide/live_site.hpp"
#include "place/proxies.hpp"
#include "proxy/clock.hpp"
#include "proxy/date.hpp"
#include "proxy/journal.hpp"
#include "proxy/observing.hpp"
#include "proxy/options.hpp"
#include "proxy/pool.hpp"
#include "proxy/wire.hpp"
#include "start/metrics.hpp"

namespace abide::detail::proxy {

/// A site, and the proxies that it trusts.
struct believed_site {
  std::shared_ptr<const abide::site> site;
  trusted_proxies proxies;
};

/// What all threads share.
struct service {
  explicit service(options o) : told(std::move(o)), observed(told.tell), live(std::in_place, told.open) {
    if (!told.access_log.empty()) journal.emplace(told.access_log);
  }

  const options told;
  proxy::observed observed;
  std::optional<proxy::journal> journal;
  std::vector<const counting::metrics*> counts;  ///< one per thread
  std::optional<abide::live_site> live;          ///< destroyed before the workers, which its callbacks use
};

/// What all connections of one thread share.
struct worker {
  explicit worker(service& s) : of(s), told(s.told) {}

  service& of;
  const options& told;
  boost::asio::io_context on{1};
  proxy::clock clock{on};
  proxy::date date;
  proxy::pool pool{on, clock, told};
  tls_context to_visitors;  ///< null: plain HTTP
  bool draining = false;
  boost::asio::steady_timer room{on, never};  ///< cancelled when a visitor's connection becomes idle, or ends
  std::shared_ptr<const believed_site> now;
  counting::metrics counts;
  std::string lines;  ///< lines for the journal

  /// Writes several lines at a time: a write per line would cost more than the line.
  void write_lines() {
    if (!of.journal || lines.empty()) return;
    if (const std::string why = of.journal->write(lines); !why.empty()) told.tell(why);
    lines.clear();
  }

  /// For one body, or one answer.
  patience visitors_patience() const { return {told.most.response, told.most.min_rate}; }

  /// The site for one exchange.
  std::shared_ptr<const believed_site> site_now() {
    auto site = of.live->now();
    if (!now || now->site != site)
      now = std::make_shared<believed_site>(believed_site{site, trusted_proxies(site->settings().trusted_proxies)});
    return now;
  }
};

/// One visitor's connection.
struct visitor {
  visitor(worker& of, int socket, std::string address)
      : line(of.on, of.clock, socket), in(4096, of.told.most.header_bytes), peer(std::move(address)) {}
  wire line;
  inbox in;
  std::string peer;  ///< address
  bool idle = true;
  std::string section, text;  ///< of the current exchange; members, so that the next one reuses their memory
};

}  // namespace abide::detail::proxy
