#pragma once
// What is inserted into an HTML page, and how the page's own policies allow it.
#include <memory>
#include <string>
#include <string_view>

#include "abide/headers.hpp"
#include "html/content_policy.hpp"
#include "html/page_insert.hpp"
#include "html/page_kind.hpp"
#include "html/page_stream.hpp"
#include "site/exchange.hpp"
#include "site/rendered.hpp"

namespace abide::detail {

/// The content policies in a response's fields; all of them apply.
content_policies policies_of(const header_section& response);

/// The charset of a <meta> tag that insertions move out of the range that browsers search: they must name it. A field
/// cannot, since it is sent before a stream has read so far. Empty: none.
std::string_view charset_to_name(std::string_view content_type, const page_facts&) noexcept;

/// Inserts what belongs to a page of this kind. `policies`: of the response. `charset`: see charset_to_name.
void insert_notice(const exchange&, content_policies policies, std::string_view charset, const page_facts&, page_kind,
                   std::string& body);

/// The same parts, for a page that places them itself. `language`: of its <html>; empty: the site's first.
page_parts parts_of(const exchange&, const content_policies&, std::string_view language, page_kind);

/// Inserts into a page that is streamed. Copies what it needs from the exchange; must not outlive the site. Inserts the
/// same bytes as insert_notice, except where the page has a <base> of another host behind the end of its head: what was
/// inserted before such a tag does not know of it.
class page_inserter final : passing_source {
 public:
  page_inserter(const exchange&, content_policies policies, std::string_view content_type, page_kind);

  void feed(std::string_view chunk, std::string& page) { stream_.feed(chunk, page); }
  void finish(std::string& page);

 private:
  bool has(fragment, const page_facts&, std::uint64_t at) override;
  void append(fragment, const page_facts&, std::uint64_t at, std::string& page) override;
  page_terms terms_for(const page_facts&, std::uint64_t at);
  bool is_page(const page_facts&) const noexcept;

  std::unique_ptr<const exchange> v_;
  std::string path_;
  content_policies policies_;
  std::string content_type_;
  page_kind kind_;
  bool has_all_policies_ = false, has_body_ = false, has_end_ = false;
  page_stream stream_;
};

}  // namespace abide::detail
