#include "html/page_reader.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "html/byte_sets.hpp"
#include "html/charset.hpp"
#include "html/element_names.hpp"
#include "html/plain_tags.hpp"

namespace abide::detail {
namespace {

using ascii_text::same;

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf", xml_mark = "<?xml";
/// Up to this many bytes after the beginning of the body a <frameset> replaces it, and up to this many bytes after its
/// end further content moves that end. A stream holds back no more than this.
constexpr std::uint64_t look_ahead_max = 64 * 1024;
/// Far more than the tag of any language has; a longer value names none.
constexpr std::size_t language_max = 256;

bool is_far(const std::optional<std::uint64_t>& place, std::uint64_t at) noexcept {
  return place && at - *place > look_ahead_max;
}

content content_of(const name_facts& known) noexcept {
  if (!known.is_in(name_list::content)) return content::data;
  const std::string_view name = known.name;
  if (known.is_in(name_list::raw_text)) return content::rawtext;
  if (name == "script") return content::script;
  if (name == "title" || name == "textarea") return content::rcdata;
  return name == "plaintext" ? content::plaintext : content::data;
}

/// Some pages print the name of a locale as their `lang`: `de_AT`, `de_AT.UTF-8`.
void make_language_tag(std::string& locale) {
  locale.resize(std::min(locale.find_first_of(".@"), locale.size()));
  std::replace(locale.begin(), locale.end(), '_', '-');
}

/// Whether the namespace of the first element may be that of a page. SVG and MathML are shown within HTML pages.
bool is_of_html(std::string_view space) noexcept {
  return space.empty() || space.ends_with("/xhtml") || space.ends_with("/svg") || space.ends_with("/MathML");
}

/// Whether the first element is that of a feed without a namespace, or has a namespace prefix.
bool is_of_feed(std::string_view name) noexcept {
  return name == "rss" || name == "opml" || name.find(':') != std::string_view::npos;
}

/// Whether a base URL has a scheme or a host of its own.
bool names_host(std::string_view url) noexcept {
  const std::size_t first = std::min(url.find_first_not_of(" \t\n\r\f"), url.size());
  url.remove_prefix(first);
  const std::size_t colon = url.find(':');
  return url.starts_with("//") || url.starts_with("\\\\") ||
         (colon != std::string_view::npos && colon < url.find_first_of("/?#"));
}

}  // namespace

page_reader::page_reader(std::string_view settings) noexcept : tokens_(*this), settings_(settings) {}

void page_reader::feed(std::string_view chunk) {
  read_opening(chunk);
  const std::uint64_t begin = tokens_.position();
  tokens_.feed(chunk);
  if (lost_at_ && awaits_frames()) look_for_frames(chunk.substr(*lost_at_ > begin ? *lost_at_ - begin : 0));
  if (is_far(body_end_, tokens_.position())) facts_.end = body_end_;
}

/// Takes byte order marks and `<?xml` off the beginning of a page. The first byte order mark is not part of the text.
void page_reader::read_opening(std::string_view& chunk) {
  for (; !chunk.empty() && !awaited_.empty(); chunk.remove_prefix(1)) {
    if (awaited_ == xml_mark && is_html_space(chunk.front())) {
      tokens_.feed(chunk.substr(0, 1));
      continue;
    }
    if (chunk.front() == byte_order_mark.front() && awaited_ == xml_mark) awaited_ = byte_order_mark;
    is_data_ = std::string_view("{[\"").find(chunk.front()) != std::string_view::npos;
    if (chunk.front() != awaited_.front()) return take_no_mark();
    awaited_.remove_prefix(1);
    if (awaited_.empty() && chunk.front() == xml_mark.back()) take_xml_mark();
    else if (awaited_.empty()) take_byte_order_mark();
  }
}

/// A second byte order mark is invisible text: concatenated files have one each.
void page_reader::take_byte_order_mark() {
  awaited_ = xml_mark;
  if (tokens_.position() == 0) {
    facts_.charset = "utf-8";
    facts_.charset_end = byte_order_mark.size();
    facts_.has_mark = true;
    return tokens_.skip(byte_order_mark.size());
  }
  is_unseen_ = true;
  tokens_.feed(byte_order_mark);
  is_unseen_ = false;
}

void page_reader::take_xml_mark() {
  is_xml_ = true;
  tokens_.feed(xml_mark);
}

/// What began like a mark is not one: feeds it as text.
void page_reader::take_no_mark() {
  const std::string_view mark = byte_order_mark.ends_with(awaited_) ? byte_order_mark : xml_mark;
  tokens_.feed(mark.substr(0, mark.size() - std::exchange(awaited_, {}).size()));
}

void page_reader::finish() {
  if (!awaited_.empty()) take_no_mark();
  if (tokens_.is_in_tag()) {  // browsers drop the tag
    if (link_begin_ == tokens_.tag_begin()) facts_.links = false;
    if (facts_.foreign_base_at == tokens_.tag_begin()) facts_.has_foreign_base = false;
  }
  const bool is_open = find_last();
  if (is_open && (mode_ < mode::in_body || (mode_ == mode::in_body && !facts_.end && !body_end_))) close_open();
  if (is_open && mode_ < mode::after_head) leave_head(facts_.last);
  if (is_open && mode_ == mode::after_head) begin_body(facts_.last);
  if (mode_ != mode::in_body || facts_.end) return;
  facts_.end = body_end_;
  if (is_open && !body_end_) facts_.end = facts_.last;
}

/// The end of what was read, or the offset of the tag or script that is being read. Browsers drop such a tag, and do
/// not run such a script, if the page ends there; what is inserted then stands before it.
std::uint64_t page_reader::finished() const noexcept {
  const std::uint64_t end = tokens_.position();
  if (is_in_script()) return end - raw_begin_ <= look_ahead_max ? raw_begin_ : end;
  if (!tokens_.is_in_tag()) return end;
  const std::uint64_t begin = tokens_.tag_begin();
  const bool may_be_place = !is_body_settled() || tokens_.is_in_end_tag();
  return may_be_place || end - begin <= look_ahead_max ? begin : end;
}

/// Finds the last place of the page. None behind <plaintext>, where a tag or script was too long to hold it back, and
/// where `</` is the page's last text.
bool page_reader::find_last() noexcept {
  const bool is_text = (tokens_.is_in_raw_text() && !is_in_script()) ||
                       (tokens_.is_after_less() && (mode_ == mode::in_body || !templates_.empty()));
  facts_.last = is_text ? tokens_.position() : finished();
  const bool is_unfinished = is_in_script() || (!is_text && tokens_.is_in_tag());
  if (tokens_.is_after_slash() && (mode_ == mode::in_body || !templates_.empty())) return false;
  return !tokens_.is_plaintext() && !(is_unfinished && facts_.last == tokens_.position());
}

/// Closes what would contain or change what is inserted at the end. Only end tags that leave the page's own elements as
/// they are: </b> may move them, so a table cell keeps open formatting apart instead.
void page_reader::close_open() {
  std::string& to = facts_.closing;
  to = tokens_.comment_end();
  if (raw_ && !is_in_script()) to.append("</").append(raw_->name).append(">");
  foreign_.append_ends(to);
  templates_.append_ends(to);
  open_.append_ends(to);
  const bool is_in_foreign = !foreign_.empty() && templates_.empty();  // </template> ends svg and math inside it
  if (!open_.has_formatting() && !is_in_foreign) return;
  to += "<table class=\"abide-apart\" role=\"presentation\"><tr><td>";
  facts_.apart = "</table>";
}

std::uint64_t page_reader::settled() const noexcept {
  std::uint64_t at = finished();
  if (mode_ != mode::in_body) return at;
  if (!is_body_settled()) return std::min(at, *facts_.body);
  if (body_end_ && !facts_.end) at = std::min(at, *body_end_);
  const bool may_be_mark =
      marked_ && (tokens_.position() == marked_end_ || (tokens_.is_in_tag() && tokens_.tag_begin() == marked_end_));
  return may_be_mark ? std::min(at, marked_->at) : at;
}

bool page_reader::is_body_settled() const noexcept {
  return mode_ == mode::in_body && (!may_be_frames_ || is_far(facts_.body, tokens_.position()));
}

bool page_reader::is_beginning_settled() const noexcept {
  return facts_.begins != beginning::text || is_data_ || tokens_.position() >= late_document_max;
}

bool page_reader::is_charset_settled() const noexcept {
  const std::uint64_t at = tokens_.position();
  const bool may_follow = at < charset_search_max || (tokens_.is_in_tag() && may_name_charset(tokens_.tag_begin(), at));
  return facts_.charset_end > 0 || !may_follow;
}

/// Whether the tag that is being read is behind what is inserted at the end of the body.
bool page_reader::has_ended() const noexcept { return facts_.end || is_far(body_end_, tokens_.tag_begin()); }

/// Content follows the end of the body; it ends at `at` or later.
void page_reader::reopen_body(std::uint64_t at) noexcept {
  if (!body_end_) return;
  if (is_far(body_end_, at)) facts_.end = body_end_;
  body_end_.reset();
}

/// Whether text can still change the facts.
bool page_reader::wants_text() const noexcept {
  return may_be_frames_ || body_end_ || facts_.begins == beginning::nothing;
}

/// Outside svg, math and templates, tags in the body have only their tag_effect.
void page_reader::tell_wishes() noexcept {
  const bool wants = wants_text();
  tokens_.wants_text = wants;
  tokens_.skips_plain = !wants && mode_ == mode::in_body && templates_.empty() && foreign_.empty();
}

void page_reader::begin_with(beginning what) {
  if (facts_.begins == beginning::nothing) facts_.begins = what;
}

void page_reader::begin_with_tag(const tag& read, const name_facts& known) {
  const bool is_document = known.is_in(name_list::document);
  if (facts_.begins == beginning::text && is_document) begin_late(read.end);
  if (facts_.begins != beginning::nothing) return;
  is_xml_ = is_xml_ || is_of_feed(read.name);
  begin_with(is_document ? beginning::document : is_xml_ ? beginning::xml : beginning::element);
}

/// A document follows text, which is no data.
void page_reader::begin_late(std::uint64_t end) noexcept {
  if (facts_.begins == beginning::text && !is_data_ && end <= late_document_max)
    facts_.begins = beginning::late_document;
}

void page_reader::leave_head(std::uint64_t at) {
  facts_.head = at;
  mode_ = mode::after_head;
}

void page_reader::begin_body(std::uint64_t at) {
  facts_.body = at;
  mode_ = mode::in_body;
}

// ---- Tokens

/// Chromium drops a NUL anywhere; elsewhere it may begin the body, but leaves nothing in it. The later place suits
/// both.
void page_reader::text(std::uint64_t at, bool is_null) {
  if (!is_unseen_) begin_with(beginning::text);
  if (is_null && mode_ < mode::in_body) return;
  if (!templates_.empty() || mode_ == mode::in_frameset) return;
  reopen_body(at + 1);
  if (mode_ < mode::after_head) leave_head(at);
  if (mode_ == mode::after_head) begin_body(at);
  if (!is_null) may_be_frames_ = false;
  tell_wishes();
}

void page_reader::doctype(std::uint64_t, std::uint64_t end) {
  begin_late(end);
  begin_with(beginning::document);
  if (mode_ == mode::initial) mode_ = mode::before_html;
}

bool page_reader::wants_attributes(const name_facts& known) const {
  if (mode_ == mode::in_frameset) return known.name == "meta";
  if (!templates_.empty())
    return known.name == "meta" || (!foreign_.empty() && (known.name == "font" || known.name == "annotation-xml"));
  if (facts_.begins == beginning::nothing) return true;
  return known.is_in(mode_ == mode::in_body ? name_list::read_in_body : name_list::read_before_body);
}

/// Whether the tag already has this attribute: the first one counts.
bool page_reader::is_repeated(std::string_view name) noexcept {
  constexpr std::string_view known[]{"lang", "http-equiv", "charset", "content", "href", "xmlns", "encoding"};
  const auto* const found = std::find(std::begin(known), std::end(known), name);
  if (found == std::end(known)) return false;
  const unsigned bit = 1u << (found - std::begin(known));
  return (std::exchange(named_, named_ | bit) & bit) != 0;
}

void page_reader::attribute(std::string_view tag, std::string_view name, std::string_view value, bool is_cut) {
  if (is_repeated(name)) return;
  if (name == "xmlns" && facts_.begins == beginning::nothing) is_xml_ = is_xml_ || !is_of_html(value);
  if (tag == "html") {
    if (name != "lang" || mode_ > mode::before_html || value.size() > language_max) return;
    facts_.language = ascii_text::trimmed(value);
    if (facts_.language.find('_') != std::string::npos) make_language_tag(facts_.language);
  } else if (tag == "meta") {
    meta_.take(name, value, is_cut);
  } else if (tag == "base") {
    if (name == "href" && !has_base_ && !has_ended()) take_base(value);
  } else if (tag == "span") {
    if (name == "data-abide-status") named_mark_ = &facts_.status;
    if (name == "data-abide-withdraw") named_mark_ = &facts_.withdraw;
  } else if (tag == "font") {
    breaks_out_ = breaks_out_ || name == "color" || name == "face" || name == "size";
  } else if (tag == "annotation-xml") {
    if (name == "encoding") holds_html_ = same(value, "text/html") || same(value, "application/xhtml+xml");
  } else if (name == "href" && value.starts_with(settings_)) {
    const std::string_view rest = value.substr(settings_.size());
    if (facts_.links || !(rest.empty() || rest.front() == '?' || rest.front() == '#') || has_ended()) return;
    facts_.links = true;
    link_begin_ = tokens_.tag_begin();
  }
}

/// The first <base> counts, unless it is svg, or in a <select>, where some browsers ignore it.
void page_reader::take_base(std::string_view url) noexcept {
  has_base_ = foreign_.empty() && !open_.in_select();
  if (facts_.has_foreign_base || !names_host(url)) return;
  facts_.has_foreign_base = true;
  facts_.foreign_base_at = tokens_.tag_begin();
}

content page_reader::start_tag(const tag& read) {
  const name_facts& known = *read.known;
  named_ = 0;
  marked_ = std::exchange(named_mark_, nullptr);
  if (facts_.begins <= beginning::text) begin_with_tag(read, known);
  content opened = content::data;
  if (!templates_.empty()) opened = start_in_template(read, known);
  else if (mode_ == mode::in_body) opened = start_in_body(read, known);
  else if (mode_ != mode::in_frameset) opened = start_before_body(read, known);
  else if (read.name == "meta") take_meta(read);
  else if (read.name == "noframes") opened = open_content(read);
  tell_wishes();
  return opened;
}

void page_reader::end_tag(const tag& read) {
  begin_with(beginning::element);
  if (raw_) raw_ = nullptr;
  else if (!templates_.empty()) end_in_template(read);
  else if (mode_ == mode::in_body) end_in_body(read);
  else if (mode_ < mode::in_body) end_before_body(read);
  tell_wishes();
}

std::size_t page_reader::skip_plain(std::string_view chunk, std::size_t at) {
  return skip_plain_tags(chunk, at, open_);
}

content page_reader::open_content(const tag& read) noexcept {
  const content opened = content_of(*read.known);
  if (opened == content::data) return opened;
  raw_ = read.known;
  raw_begin_ = read.begin;
  return opened;
}

// ---- Before the body

content page_reader::start_before_body(const tag& read, const name_facts& known) {
  if (read.name == "html") {
    if (mode_ < mode::before_head) mode_ = mode::before_head;
    return content::data;
  }
  if (mode_ < mode::in_head) mode_ = mode::in_head;
  if (read.name == "head") return content::data;
  if (known.is_in(name_list::head) && (mode_ == mode::in_head || read.name != "noscript")) {
    if (read.name == "meta") take_meta(read);
    if (read.name == "template") templates_.open();
    return open_content(read);
  }
  if (mode_ == mode::in_head) leave_head(read.begin);
  if (read.name == "frameset") {
    mode_ = mode::in_frameset;
    return content::data;
  }
  may_be_frames_ = read.name != "body";
  begin_body(read.name == "body" ? read.end : read.begin);
  return read.name == "body" ? content::data : start_in_body(read, known);
}

// Other end tags before the body are ignored.
void page_reader::end_before_body(const tag& read) {
  if (read.name == "head") {
    if (mode_ < mode::after_head) leave_head(read.begin);
    return;
  }
  if (read.name != "body" && read.name != "html" && read.name != "br") return;
  if (mode_ < mode::after_head) leave_head(read.begin);
  begin_body(read.begin);
  end_in_body(read);
}

/// In a template or a frameset browsers obey no policy, but look for the charset before they build the page.
void page_reader::take_meta(const tag& read) {
  if (meta_.is_policy() && mode_ == mode::in_head && templates_.empty()) take_policy();
  if (facts_.charset_end == 0 && (mode_ < mode::after_head || may_name_charset(read.begin, read.end)))
    take_charset(read.end);
  meta_.clear();
}

void page_reader::take_policy() {
  const std::optional<std::string> policy = meta_.policy();
  facts_.has_unreadable_policy = facts_.has_unreadable_policy || !policy;
  if (policy) facts_.policies.append(facts_.policies.empty() ? "" : ",").append(*policy);
}

bool page_reader::may_name_charset(std::uint64_t begin, std::uint64_t end) const noexcept {
  return begin < charset_search_max && end - begin <= charset_tag_max;
}

void page_reader::take_charset(std::uint64_t end) {
  const std::string_view charset = meta_.charset();
  if (charset.empty()) return;
  facts_.charset = charset;
  facts_.charset_end = end;
}

// ---- In the body

content page_reader::start_in_body(const tag& read, const name_facts& known) {
  reopen_body(read.end);
  if (known.is_plain() && foreign_.empty()) {
    if (known.is_in(name_list::body_only)) may_be_frames_ = false;
    open_.start(known);
    return content::data;
  }
  if (read.name == "frameset" && awaits_frames() && !foreign_.is_foreign(read.name) && !is_far(facts_.body, read.end))
    return take_frames();
  if (open_.in_select()) lose_in_select(read, known);
  const bool is_foreign = may_be_foreign(known) && starts_in_foreign(read, known);
  if (known.is_in(name_list::body_only) && !is_foreign) may_be_frames_ = false;
  if (is_foreign) {
    marked_ = nullptr;
    return content::data;
  }
  if (read.name == "meta") take_meta(read);
  open_.start(read.name, known, foreign_.empty());
  if (open_.is_lost()) foreign_.lose();
  if (stop_if_lost(read.end)) return content::data;
  if (read.name == "template") templates_.open();
  if (read.name == "plaintext" && open_.takes_more()) facts_.end = read.begin;  // nothing can follow it
  if (marked_) take_mark(read);
  return open_content(read);
}

/// Whether the tag belongs to svg or math, or that is unknown.
bool page_reader::starts_in_foreign(const tag& read, const name_facts& known) {
  const bool breaks_out = known.is_in(name_list::breakout) || (breaks_out_ && read.name == "font");
  const bool in_select = templates_.empty() ? open_.in_select() : templates_.in_select();
  const foreign_start facts{breaks_out, std::exchange(holds_html_, false), !open_.in_form() && templates_.empty(),
                            in_select};
  breaks_out_ = false;
  const bool starts = foreign_.start(read, facts);
  return stop_if_lost(read.end) || starts;
}

void page_reader::take_mark(const tag& read) noexcept {
  const std::string_view mark = marked_ == &facts_.status ? status_mark : withdraw_mark;
  const bool is_mark = read.name == "span" && marked_->size == 0 &&
                       read.end - read.begin == mark.size() - std::string_view("</span>").size();
  if (!is_mark) {
    marked_ = nullptr;
    return;
  }
  marked_->at = read.begin;
  marked_end_ = read.end;
}

void page_reader::end_in_body(const tag& read) {
  if (read.known->is_plain() && foreign_.empty()) {
    marked_ = nullptr;
    reopen_body(read.end);
    return open_.end(*read.known);
  }
  if (marked_ && read.name == "span" && read.begin == marked_end_) marked_->size = read.end - marked_->at;
  marked_ = nullptr;
  if (!foreign_.empty()) return end_in_foreign(read);
  if (read.name == "html") return;
  if (read.name == "body") {
    if (body_end_ || !open_.is_plain() || may_be_frames_) return;
    body_end_ = read.begin;
    return;
  }
  reopen_body(read.end);
  if (read.name == "br") may_be_frames_ = false;
  open_.end(read.name, *read.known, true);
}

void page_reader::end_in_foreign(const tag& read) {
  const bool ends_page = read.name == "html" || read.name == "body";
  if (ends_page && !foreign_.has_foreign(read.name)) return;
  if (read.name == "br") may_be_frames_ = false;
  if (foreign_.end(read)) open_.end(read.name, *read.known, foreign_.empty());
  stop_if_lost(read.end);
}

content page_reader::take_frames() {
  facts_.body.reset();
  facts_.status = facts_.withdraw = {};
  mode_ = mode::in_frameset;
  return content::data;
}

// ---- In a template, of which only the end matters

content page_reader::start_in_template(const tag& read, const name_facts& known) {
  if (read.name == "meta") take_meta(read);
  if (templates_.in_select()) lose_in_select(read, known);
  if (templates_.has_lone_columns()) lose_in_columns(read, known);
  if (may_be_foreign(known) && starts_in_foreign(read, known)) return content::data;
  templates_.start(read.name, known);
  return open_content(read);
}

/// After a <col> without a table browsers ignore all start tags but <col> and <template>.
void page_reader::lose_in_columns(const tag& read, const name_facts& known) {
  if (known.is_in(name_list::foreign) || known.is_in(name_list::content)) foreign_.lose();
  stop_if_lost(read.end);
}

void page_reader::end_in_template(const tag& read) {
  if (read.name != "template" || foreign_.has_foreign(read.name)) {
    templates_.end(read.name, *read.known, foreign_.empty() || foreign_.end(read));
  } else {
    foreign_.clear();
    if (!templates_.close()) foreign_.lose();
  }
  stop_if_lost(read.end);
}

/// Browsers before 2025 ignore most start tags inside a <select>, newer ones do not. They agree about what follows only
/// if the tag does not change how that is tokenized. For what is inside svg and math, foreign_content knows.
void page_reader::lose_in_select(const tag& read, const name_facts& known) {
  if (!foreign_.empty() || !known.is_in(name_list::content)) return;
  if (read.name == "script" || read.name == "textarea") return;
  foreign_.lose();
  stop_if_lost(read.end);
}

// ---- After the reader lost track of the open elements

/// No place is claimed after `at`. Only a <frameset> still matters, since it would replace the body.
bool page_reader::stop_if_lost(std::uint64_t at) {
  if (!foreign_.is_lost()) return false;
  tokens_.stop();
  marked_ = nullptr;
  lost_at_ = at;
  return true;
}

bool page_reader::takes_cdata() {
  const bool takes = foreign_.takes_cdata();
  stop_if_lost(tokens_.tag_begin());
  return takes;
}

bool page_reader::awaits_frames() const noexcept { return mode_ == mode::in_body && may_be_frames_; }

/// Finds `<frameset` even in a comment or a script: then the page gets no insertions in its body.
void page_reader::look_for_frames(std::string_view chunk) {
  constexpr std::string_view wanted = "<frameset";
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    const char c = ascii_text::lower(chunk[i]);
    frames_matched_ = c == wanted[frames_matched_] ? frames_matched_ + 1 : c == '<' ? 1 : 0;
    if (frames_matched_ < wanted.size()) continue;
    if (!is_far(facts_.body, tokens_.position() - chunk.size() + i)) take_frames();
    return;
  }
}

}  // namespace abide::detail
