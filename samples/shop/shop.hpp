#pragma once
// The lighting shop: a request in, a response out. It knows nothing of consent: it asks for every cookie a real shop
// would ask for, and what stands around it decides.
#include <memory>
#include <string>

#include "http.hpp"
#include "settings.hpp"

namespace firwick {

class shop {
 public:
  /// Reads everything at once. Throws std::exception with what was wrong.
  explicit shop(settings);
  ~shop();

  response handle(const request&);

  /// Who is signed in; empty: nobody.
  std::string account_of(const request&) const;

 private:
  std::unique_ptr<struct house> house_;
};

}  // namespace firwick
