#pragma once
// Reopens a site while it serves, after a change of policy, keys or texts, without losing a request.
//
//   abide::live_site live([] { return abide::load_site("policy.json"); });
//   const auto site = live.now();                           // for one exchange: keep it as long as its visit
//   live.reload([](const std::string& why) { ... });        // on SIGHUP, from a thread; not from the signal handler
#include <functional>
#include <memory>
#include <string>

#include "abide/api.h"
#include "abide/site.hpp"

namespace abide {

/// Thread-safe. Its own thread opens and closes sites, because both may wait for a store.
class ABIDE_API live_site {
 public:
  /// Opens the first site in the calling thread. Throws what `open` throws: config_error.
  explicit live_site(std::function<site()> open);
  /// Returns when all sites that are not in use are closed and have saved their pending changes.
  ~live_site();

  /// The current site. A replaced site is closed when its last pointer is gone, and its log has saved what waits for
  /// the store. Release all pointers before the live_site.
  std::shared_ptr<const site> now() const noexcept;

  /// Starts to reopen the site and returns at once; calls made before it begins share one reopening. `done` is called
  /// in the live_site's thread with an empty text, or with the error if the old site stays. Must not throw.
  void reload(std::function<void(const std::string& why)> done);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace abide
