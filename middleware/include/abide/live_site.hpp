#pragma once
// A site that is opened anew while it serves: a changed policy, other keys, other texts, and no request is lost.
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

/// Every function may be called from every thread. One thread of its own opens and closes sites, since both may wait
/// for a store.
class ABIDE_API live_site {
 public:
  /// Opens the first site, in this thread. Throws what `open` throws: config_error.
  explicit live_site(std::function<site()> open);
  /// Returns when the sites that nobody uses are closed, and with them what they had to save is saved.
  ~live_site();

  /// The site of now. A site that was replaced ends when the last of these pointers does; all end before the live_site.
  std::shared_ptr<const site> now() const noexcept;

  /// Opens the site anew and returns at once; once for all who ask before it begins. `done` is called in the thread of
  /// the live_site: with an empty text where the new site is there, else with what is wrong; then the old one goes on.
  /// It must not throw.
  void reload(std::function<void(const std::string& why)> done);

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace abide
