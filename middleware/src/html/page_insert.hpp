#pragma once
// Where fragments go in a page that the application made, and their insertion.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace abide::detail {

inline constexpr std::string_view status_mark = "<span data-abide-status></span>";
inline constexpr std::string_view withdraw_mark = "<span data-abide-withdraw></span>";

/// Offsets into the page, and views of it.
struct page_scan {
  struct mark {
    std::size_t at = 0, size = 0;  ///< size 0: it is not there, and `at` is the end
  };
  std::size_t head = 0;        ///< before </head>; without one where the body starts
  std::size_t body_start = 0;  ///< behind <body ...>, or else </head>; 0: the page has neither
  std::size_t end = 0;         ///< before the last </body>, or the page's end
  mark status, withdraw;       ///< the first of each in the body
  std::string_view language;   ///< `lang` of <html>; empty: none
  bool has_policy = false;     ///< its head names a Content-Security-Policy in a <meta> tag
  bool links = false;          ///< an <a> or <area> leads to `path`, with a query or without
};

page_scan scan_page(std::string_view html, std::string_view path);

enum class fragment : std::uint8_t { head, body_start, status, body_end, withdraw };

/// Views.
struct fragments {
  std::string_view head;        ///< before </head>
  std::string_view body_start;  ///< after <body ...>
  std::string_view status;      ///< in place of <span data-abide-status></span>, else before </body>
  std::string_view body_end;    ///< before </body>
  std::string_view withdraw{};  ///< in place of <span data-abide-withdraw></span>, else nowhere
};

/// Appends fragments to a page in the making; the same for every call.
class fragment_source {
 public:
  virtual ~fragment_source() = default;
  virtual bool has(fragment) const = 0;
  virtual void append(fragment, std::string& page) const = 0;
};

/// The page with its fragments, at the places that were found in it; `size`: of all fragments together, at most.
std::string inserted(std::string_view html, const page_scan&, const fragment_source&, std::size_t size);

/// Inserts them at the places that were found in this page. A page without the tags gets them at its start and end.
void insert(std::string& html, const page_scan&, const fragments&);

}  // namespace abide::detail
