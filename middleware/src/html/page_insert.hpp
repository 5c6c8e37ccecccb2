#pragma once
// Puts fragments into a page that the application made.
#include <string>
#include <string_view>

#include "html/page_scan.hpp"

namespace abide {

/// Views.
struct fragments {
  std::string_view head;        ///< before </head>
  std::string_view body_start;  ///< after <body ...>
  std::string_view status;      ///< in place of <span data-abide-status></span>, else before </body>
  std::string_view body_end;    ///< before </body>
  std::string_view withdraw{};  ///< in place of <span data-abide-withdraw></span>, else nowhere
};

/// Inserts them at the places that were found in this page. A page without the tags gets them at its start and end.
void insert(std::string& html, const page_scan&, const fragments&);

}  // namespace abide
