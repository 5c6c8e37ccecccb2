#pragma once
// Puts fragments into a page that the application made.
#include <cstddef>
#include <string>
#include <string_view>

namespace abide {

/// Views.
struct fragments {
  std::string_view head;        ///< before </head>
  std::string_view body_start;  ///< after <body ...>
  std::string_view status;      ///< in place of <span data-abide-status></span>, else before </body>
  std::string_view body_end;    ///< before </body>
  std::string_view withdraw{};  ///< in place of <span data-abide-withdraw></span>, else nowhere
};

inline constexpr std::string_view status_mark = "<span data-abide-status></span>";
inline constexpr std::string_view withdraw_mark = "<span data-abide-withdraw></span>";

/// Where they go, as offsets into the page. A mark that is not there has the size 0 and stands where `end` is.
struct places_in_page {
  struct mark {
    std::size_t at = 0, size = 0;
  };
  std::size_t head = 0, body_start = 0, end = 0;
  mark status, withdraw;
};
places_in_page find_places(std::string_view html);

/// Whether the page links to this path, with a query or without.
bool links_to(std::string_view html, std::string_view path);

/// Inserts them. A page without the tags gets them at its start and end.
void insert(std::string& html, const fragments&);

/// The `lang` of the page's <html> tag; empty when it has none.
std::string_view language_of_page(std::string_view html);

/// Whether its head names a Content-Security-Policy in a <meta> tag.
bool has_policy_of_its_own(std::string_view html);

}  // namespace abide
