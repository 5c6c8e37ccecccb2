#pragma once
// What the shop sells, from products.json.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace firwick {

struct product {
  std::string slug, kind;
  int price = 0;                      ///< whole dollars
  std::vector<std::string> finishes;  ///< the first one is the default
  nlohmann::json text;                ///< everything else, for templates
};

class range {
 public:
  /// Throws std::runtime_error, or nlohmann's errors, if the file is not as expected.
  explicit range(const std::filesystem::path& file);

  const std::vector<product>& all() const { return products_; }
  const std::vector<std::string>& kinds() const { return kinds_; }
  const product* find(std::string_view slug) const;
  std::string finish_name(const std::string& finish, const std::string& language) const;

  /// A product as templates see it: slug, name, line, price_text, finish...
  nlohmann::json shown(const product&, const std::string& language, const std::string& finish = {}) const;

 private:
  std::vector<product> products_;
  std::vector<std::string> kinds_;
  nlohmann::json finishes_;
};

bool has_finish(const product&, std::string_view finish);

/// `$1,240`, or `1.240 $` in German.
std::string price_text(int dollars, const std::string& language);

}  // namespace firwick
