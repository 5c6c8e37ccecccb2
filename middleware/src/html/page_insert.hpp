#pragma once
// Puts fragments into a page that the application made.
#include <string>
#include <string_view>

namespace abide {

struct fragments {
  std::string head;        ///< before </head>
  std::string body_start;  ///< after <body ...>
  std::string status;      ///< in place of <span data-abide-status></span>, else before </body>
  std::string body_end;    ///< before </body>
  std::string withdraw{};  ///< in place of <span data-abide-withdraw></span>, else nowhere
};

inline constexpr std::string_view status_mark = "<span data-abide-status></span>";
inline constexpr std::string_view withdraw_mark = "<span data-abide-withdraw></span>";

/// Inserts them. A page without the tags gets them at its start and end.
void insert(std::string& html, const fragments&);

/// The `lang` of the page's <html> tag; empty when it has none.
std::string_view language_of_page(std::string_view html);

/// Whether its head names a Content-Security-Policy in a <meta> tag.
bool has_policy_of_its_own(std::string_view html);

}  // namespace abide
