#pragma once
// Finds where a page's head ends, where its body begins and ends, and other facts that Abide needs, as browsers build
// the page (WHATWG HTML section 13.2.6). Fed in chunks; keeps only these facts.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "html/element_names.hpp"
#include "html/foreign_content.hpp"
#include "html/meta_tag.hpp"
#include "html/open_elements.hpp"
#include "html/template_content.hpp"
#include "html/tokenizer.hpp"

namespace abide::detail {

inline constexpr std::string_view status_mark = "<span data-abide-status></span>";
inline constexpr std::string_view withdraw_mark = "<span data-abide-withdraw></span>";

/// A page's first token, apart from white space, comments and byte order marks.
enum class beginning : std::uint8_t {
  nothing,
  text,
  late_document,  ///< text, and soon behind it a document: the warning of a program, or what a template left there
  xml,            ///< a feed or a site map: after `<?xml`, or by its root element, which is not <html>
  element,
  document
};

/// A document behind text ends its first tag in this many bytes. A stream holds back no more to see it.
inline constexpr std::uint64_t late_document_max = 1024;

/// What was found in a page. Offsets are in bytes.
struct page_facts {
  struct mark {
    std::uint64_t at = 0;
    std::size_t size = 0;  ///< 0: absent
  };
  beginning begins = beginning::nothing;
  std::optional<std::uint64_t> head;  ///< where the head ends: before </head>, or before what cannot be in a head
  std::optional<std::uint64_t> body;  ///< where the body begins: after <body ...>, or before its first content; none in
                                      ///< a frameset
  std::optional<std::uint64_t> end;   ///< where the body can be appended to; none: nowhere, or not yet known
  std::uint64_t last = 0;  ///< the end of the page, or where the tag or script begins that it leaves unfinished
  std::string closing;     ///< goes before what is inserted at `last`: closes what the page leaves open, `--></form>`
  std::string_view apart;  ///< goes after what is inserted at the end: closes what `closing` opened. Static text
  mark status, withdraw;   ///< the first of each in the body
  std::string language;    ///< `lang` of <html>; empty: none
  std::string policies;    ///< Content-Security-Policy of the <meta> tags before the end of the head, joined by commas
  std::string charset;  ///< of a byte order mark, or of a <meta> tag in the head or among the first bytes; empty: none
  std::uint64_t charset_end = 0;       ///< the offset after that name's tag or mark
  std::uint64_t foreign_base_at = 0;   ///< the offset of the tag of has_foreign_base
  bool has_mark = false;               ///< `charset` is that of a byte order mark
  bool has_unreadable_policy = false;  ///< a policy is too long, or has unusual character references
  bool has_foreign_base = false;       ///< a <base> makes paths lead to another host
  bool links = false;                  ///< an <a> or <area> leads to the settings

  /// Whether the <meta> tag that names the charset comes after the end of the head.
  bool has_late_charset() const noexcept { return head && *head < charset_end; }
};

class page_reader final : token_sink {
 public:
  /// `settings`: the path of the settings; must outlive the reader.
  explicit page_reader(std::string_view settings) noexcept;
  page_reader(const page_reader&) = delete;

  void feed(std::string_view chunk);
  /// Call at the end of the page. What was not found before gets its place there.
  void finish();
  const page_facts& facts() const noexcept { return facts_; }
  /// Moves the facts out; the reader must not be used afterwards.
  page_facts take() noexcept { return std::move(facts_); }

  // May be called while the page is read. Later content does not change these answers.

  /// The offset before which all places are known.
  std::uint64_t settled() const noexcept;
  /// Whether the page has a body that no frameset can replace.
  bool is_body_settled() const noexcept;
  /// Whether it is known what the page begins with.
  bool is_beginning_settled() const noexcept;
  /// Whether the charset that a <meta> tag names is known. Certain after 2 KB.
  bool is_charset_settled() const noexcept;

 private:
  enum class mode : std::uint8_t { initial, before_html, before_head, in_head, after_head, in_body, in_frameset };

  void text(std::uint64_t at, bool is_null) override;
  bool wants_attributes(const name_facts& tag) const override;
  void attribute(std::string_view tag, std::string_view name, std::string_view value, bool is_cut) override;
  content start_tag(const tag&) override;
  std::size_t skip_plain(std::string_view chunk, std::size_t at) override;
  void end_tag(const tag&) override;
  void doctype(std::uint64_t begin, std::uint64_t end) override;
  bool takes_cdata() override;

  bool is_repeated(std::string_view attribute) noexcept;
  void read_opening(std::string_view& chunk);
  void take_byte_order_mark();
  void take_xml_mark();
  void take_no_mark();
  bool wants_text() const noexcept;
  void tell_wishes() noexcept;
  void begin_with(beginning);
  void begin_with_tag(const tag&, const name_facts&);
  void begin_late(std::uint64_t end) noexcept;
  void leave_head(std::uint64_t at);
  void begin_body(std::uint64_t at);
  content start_before_body(const tag&, const name_facts&);
  content start_in_body(const tag&, const name_facts&);
  content take_frames();
  content start_in_template(const tag&, const name_facts&);
  bool may_be_foreign(const name_facts& known) const noexcept {
    return !foreign_.empty() || known.is_in(name_list::foreign);
  }
  bool starts_in_foreign(const tag&, const name_facts&);
  void take_mark(const tag&) noexcept;
  content open_content(const tag&) noexcept;
  void end_before_body(const tag&);
  void end_in_body(const tag&);
  void lose_in_columns(const tag&, const name_facts&);
  void end_in_foreign(const tag&);
  void end_in_template(const tag&);
  void take_meta(const tag&);
  void take_policy();
  void take_charset(std::uint64_t end);
  void take_base(std::string_view url) noexcept;
  bool may_name_charset(std::uint64_t begin, std::uint64_t end) const noexcept;
  bool has_ended() const noexcept;
  void lose_in_select(const tag&, const name_facts&);
  bool stop_if_lost(std::uint64_t at);
  bool awaits_frames() const noexcept;
  void look_for_frames(std::string_view chunk);
  void reopen_body(std::uint64_t at) noexcept;
  bool is_in_script() const noexcept { return raw_ && raw_->name == "script"; }
  std::uint64_t finished() const noexcept;
  bool find_last() noexcept;
  void close_open();

  tokenizer tokens_;
  std::string_view settings_;
  page_facts facts_;
  mode mode_ = mode::initial;
  std::string_view awaited_ = "<?xml";  ///< the rest of a mark that the page may begin with
  bool is_unseen_ = false;              ///< the text being read is a byte order mark
  bool has_base_ = false;               ///< the <base> that counts was read
  bool is_data_ = false;                ///< begins like JSON
  bool is_xml_ = false;                 ///< after `<?xml`, or the root element is not that of a page
  unsigned named_ = 0;                  ///< a bit for each known attribute of the tag that is being read
  template_content templates_;
  open_elements open_;
  foreign_content foreign_;
  std::optional<std::uint64_t> lost_at_;    ///< where the reader lost track of the open elements
  std::size_t frames_matched_ = 0;          ///< how many bytes of `<frameset` were just read after that
  bool breaks_out_ = false;                 ///< whether the <font> that is being read closes svg and math
  bool holds_html_ = false;                 ///< whether the <annotation-xml> that is being read contains HTML
  bool may_be_frames_ = true;               ///< a <frameset> may still replace the body
  std::optional<std::uint64_t> body_end_;   ///< the offset of a </body> after which nothing came
  const name_facts* raw_ = nullptr;         ///< of the script, title or the like whose end tag is the next one
  std::uint64_t raw_begin_ = 0;             ///< the offset of its start tag
  std::uint64_t link_begin_ = 0;            ///< the offset of the tag of facts_.links
  page_facts::mark* named_mark_ = nullptr;  ///< the mark that the start tag that is being read names
  page_facts::mark* marked_ = nullptr;      ///< the mark that the last start tag may be
  std::uint64_t marked_end_ = 0;            ///< the offset after that start tag
  meta_tag meta_;                           ///< the <meta> that is being read
};

}  // namespace abide::detail
