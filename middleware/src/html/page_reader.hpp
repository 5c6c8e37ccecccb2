#pragma once
// Finds in a page, as browsers build it (WHATWG HTML section 13.2.6), where its head ends, where its body begins and
// ends, and what Abide must know of it. Fed in chunks; nothing is kept of the page but these facts.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "html/element_names.hpp"
#include "html/foreign_content.hpp"
#include "html/tokenizer.hpp"

namespace abide::detail {

inline constexpr std::string_view status_mark = "<span data-abide-status></span>";
inline constexpr std::string_view withdraw_mark = "<span data-abide-withdraw></span>";

/// What a page's first token is, white space, comments and byte order marks aside.
enum class beginning : std::uint8_t {
  nothing,
  text,
  xml,  ///< a feed, a site map: behind `<?xml`, or its root says so, and is not <html>
  element,
  document
};

/// Offsets into the page.
struct page_facts {
  struct mark {
    std::uint64_t at = 0;
    std::size_t size = 0;  ///< 0: it is not there
  };
  beginning begins = beginning::nothing;
  std::optional<std::uint64_t> head;  ///< where the head ends: before </head>, or before what can be in none
  std::optional<std::uint64_t> body;  ///< where the body begins: behind <body ...>, or before what stands in it; none
                                      ///< in a frameset
  std::optional<std::uint64_t> end;   ///< where more can be added to the body; none where the page ends inside a tag, a
                                      ///< comment, a script or the like, or not yet
  mark status, withdraw;              ///< the first of each in the body
  std::string language;               ///< `lang` of <html>; empty: none
  std::string policies;  ///< Content-Security-Policy of the <meta> tags before the end of the head, joined by commas
  std::string charset;   ///< of a byte order mark, or of a <meta> tag among the first bytes; empty: none
  std::uint64_t charset_end = 0;       ///< behind it
  bool has_unreadable_policy = false;  ///< one that is too long, or written with unusual character references
  bool has_foreign_base = false;       ///< a <base> that leads paths to another host
  bool links = false;                  ///< an <a> or <area> leads to the settings
};

class page_reader final : token_sink {
 public:
  /// `settings`: the path of the settings. Lives longer than the reader.
  explicit page_reader(std::string_view settings) noexcept;
  page_reader(const page_reader&) = delete;

  void feed(std::string_view chunk);
  /// At the page's end; what was not found until then stands there.
  void finish();
  const page_facts& facts() const noexcept { return facts_; }
  /// The same; the reader is of no more use.
  page_facts take() noexcept { return std::move(facts_); }

  // While the page is read. Whatever comes later, these answers stay.

  /// Up to where nothing will be put in that is not known yet.
  std::uint64_t settled() const noexcept;
  /// Whether the body is one, and no frameset takes its place.
  bool is_body_settled() const noexcept;

 private:
  enum class mode : std::uint8_t { initial, before_html, before_head, in_head, after_head, in_body, in_frameset };

  void text(std::uint64_t at, bool is_null) override;
  bool wants_attributes(const name_facts& tag) const override;
  void attribute(std::string_view tag, std::string_view name, std::string_view value, bool is_cut) override;
  content start_tag(const tag&) override;
  void end_tag(const tag&) override;
  void doctype(std::uint64_t begin, std::uint64_t end) override;
  bool takes_cdata() override;

  bool is_repeated(std::string_view attribute) noexcept;
  void read_opening(std::string_view& chunk);
  void take_byte_order_mark();
  void take_xml_mark();
  void take_no_mark();
  bool wants_text() const noexcept;
  void begin_with(beginning);
  void leave_head(std::uint64_t at);
  void begin_body(std::uint64_t at);
  content start_before_body(const tag&, const name_facts&);
  content start_in_body(const tag&, const name_facts&);
  content take_frames();
  content start_in_template(const tag&, const name_facts&);
  bool starts_in_foreign(const tag&, const name_facts&);
  void take_mark(const tag&) noexcept;
  content open_content(const name_facts&) noexcept;
  void end_before_body(const tag&);
  void end_in_body(const tag&);
  void end_in_template(const tag&);
  void take_meta(std::uint64_t end);
  void take_policy();
  void take_charset(std::uint64_t end);
  void start_block(std::string_view name, const name_facts&) noexcept;
  void end_block(std::string_view name) noexcept;
  void count_start(std::string_view name, const name_facts&) noexcept;
  void lose_in_select(const tag&, const name_facts&);
  bool stop_if_lost(std::uint64_t at);
  bool awaits_frames() const noexcept;
  void look_for_frames(std::string_view chunk);
  void set_in_select(bool) noexcept;
  void count_end(std::string_view name, const name_facts&) noexcept;
  bool takes_more() const noexcept;
  void reopen_body(std::uint64_t at) noexcept;
  bool may_be_place() const noexcept;
  bool is_plain() const noexcept;

  tokenizer tokens_;
  std::string_view settings_;
  page_facts facts_;
  mode mode_ = mode::initial;
  std::string_view awaited_ = "<?xml";  ///< what must still come of a mark that the page may open with
  bool is_unseen_ = false;              ///< the text that is being read: a byte order mark
  bool is_xml_ = false;                 ///< behind `<?xml`, or in a root that is none of a page
  unsigned named_ = 0;                  ///< which attributes the tag that is being read had already
  unsigned templates_ = 0;              ///< open <template> elements
  unsigned template_select_ = 0;  ///< how many of them are around the open <select>; 0: none is open in a template
  foreign_content foreign_;
  std::optional<std::uint64_t> lost_at_;  ///< where nobody knew any more what is open in svg or math
  std::size_t frames_matched_ = 0;        ///< how much of `<frameset` was read behind that
  unsigned scopes_ = 0;                   ///< open elements in which an end of the body is none: tables and their kin
  bool in_button_ = false;
  bool breaks_out_ = false;    ///< the <font> that is being read
  bool holds_html_ = false;    ///< the <annotation-xml> that is being read
  bool in_form_ = false;       ///< in a <form>, which takes no other form
  bool may_be_frames_ = true;  ///< a <frameset> may still take the place of the body
  bool in_select_ = false;     ///< in a <select>, which takes no other elements
  std::array<std::uint32_t, formatting_count>
      formatting_{};                   ///< open <b>, <i> and their kin, which go on in what follows
  std::uint64_t open_formatting_ = 0;  ///< of them all
  bool paragraph_ = false;
  bool select_paragraph_ = false;          ///< whether a paragraph is open around the <select>
  std::optional<std::uint64_t> body_end_;  ///< of a </body> after which nothing came
  bool in_raw_ = false;                    ///< the next end tag is that of a script, a title or the like
  page_facts::mark* marked_ = nullptr;     ///< the mark that the start tag may be which is being read, or was read last
  std::uint64_t marked_end_ = 0;           ///< behind that start tag
  bool is_policy_ = false, is_type_ = false;  ///< the <meta> that is being read
  bool content_is_cut_ = false;
  std::string charset_;
  std::string content_;
};

}  // namespace abide::detail
