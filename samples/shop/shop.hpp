#pragma once
// The lighting shop: takes a request and returns a response. It contains no consent logic: it sets every cookie that a
// real shop would set, and the code around it decides.
#include <memory>
#include <string>

#include "http.hpp"
#include "settings.hpp"

namespace firwick {

class shop {
 public:
  /// Reads all files. Throws std::exception with the reason.
  explicit shop(settings);
  ~shop();

  response handle(const request&);

  /// The account that is signed in; empty: none.
  std::string account_of(const request&) const;

 private:
  std::unique_ptr<struct house> house_;
};

}  // namespace firwick
