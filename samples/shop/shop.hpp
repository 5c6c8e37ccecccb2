#pragma once
// The lighting shop: a request in, a response out. It knows nothing of consent: it asks for every cookie a real shop
// would ask for, and what stands around it decides.
#include <filesystem>
#include <memory>
#include <string>

#include "http.hpp"

namespace firwick {

struct settings {
  std::filesystem::path root;  ///< the folder with pages, static, texts and products.json
  std::string ads, metrics;    ///< origins of the two stand-in vendors
  bool secure = false;         ///< reached over HTTPS: Secure cookies, __Host- names
};

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
