#include "html/tokenizer.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "html/byte_sets.hpp"

namespace abide::detail {

using ascii_text::is_letter, ascii_text::lower;

bool tokenizer::is_in_tag() const noexcept {
  switch (state_) {
    case state::raw_less:
    case state::raw_end_open:
    case state::raw_end_name:
    case state::script_escaped_less: return true;
    default: return state_ >= state::tag_open && state_ <= state::self_closing;
  }
}

std::string_view tokenizer::comment_end() const noexcept {
  switch (state_) {
    case state::comment_start:
    case state::comment: return "-->";
    case state::comment_start_dash:
    case state::comment_end_dash: return "->";
    case state::markup_declaration:
    case state::bogus_comment:
    case state::doctype:
    case state::comment_end:
    case state::comment_end_bang: return ">";
    case state::cdata:
    case state::cdata_bracket:
    case state::cdata_end: return "]]>";
    default: return {};
  }
}

void tokenizer::feed(std::string_view chunk) {
  std::size_t at = 0;
  while (at < chunk.size()) at = state_ == state::data ? step_data(chunk, at) : step(chunk, at);
  fed_ += chunk.size();
}

/// Skips text up to the next `<`.
std::size_t tokenizer::step_text(std::string_view chunk, std::size_t at) {
  if (wants_text) {
    while (at < chunk.size() && is_html_space(chunk[at])) ++at;
    if (at < chunk.size() && chunk[at] != '<') sink_->text(fed_ + at, chunk[at] == '\0');
    if (at < chunk.size() && chunk[at] == '\0') return at + 1;
  }
  return std::min(chunk.find('<', at), chunk.size());
}

/// Most tags are whole in the chunk, in lower case and without attributes: these need no state.
std::size_t tokenizer::step_data(std::string_view chunk, std::size_t at) {
  if (chunk[at] != '<') return step_text(chunk, at);
  if (skips_plain && (at = sink_->skip_plain(chunk, at)) == chunk.size()) return at;
  const bool is_end = at + 1 < chunk.size() && chunk[at + 1] == '/';
  const std::size_t name = at + (is_end ? 2 : 1), name_end = end_of_run(chunk, name, other_than_usual);
  tag_begin_ = fed_ + at;
  if (name_end >= chunk.size() || !name_ends[static_cast<unsigned char>(chunk[name_end])] || !is_letter(chunk[name])) {
    state_ = state::tag_open;
    return step_tag(chunk, at + 1);
  }
  const std::size_t size = name_end - name;
  const std::string_view written = size > name_max ? std::string_view{} : chunk.substr(name, size);
  const name_facts& known = facts_of(written);
  open_tag(is_end);
  if (chunk[name_end] != '>') {
    name_.add(written);
    end_name(known);
    return step_tag(chunk, name_end);
  }
  known_ = &known;
  emit(written, fed_ + name_end + 1);
  return name_end + 1;
}

// NOLINTNEXTLINE(readability-function-size): the states of one table
std::size_t tokenizer::step(std::string_view chunk, std::size_t at) {
  const char c = chunk[at];
  switch (state_) {
    case state::data: return step_data(chunk, at);
    case state::plaintext: return chunk.size();
    case state::raw:
      if (c != '<') return std::min(chunk.find('<', at), chunk.size());
      tag_begin_ = fed_ + at;
      state_ = state::raw_less;
      return at + 1;
    case state::raw_less:
    case state::raw_end_open:
    case state::raw_end_name: return step_raw(chunk, at);
    case state::script_escape_start:
    case state::script_escape_start_dash:
    case state::script_escaped:
    case state::script_escaped_dash:
    case state::script_escaped_dash_dash:
    case state::script_escaped_less:
    case state::script_double_escape_start:
    case state::script_double:
    case state::script_double_dash:
    case state::script_double_dash_dash:
    case state::script_double_less:
    case state::script_double_escape_end: step_script(c, fed_ + at); return at + 1;
    case state::tag_open:
    case state::end_tag_open:
    case state::tag_name:
    case state::before_attribute:
    case state::attribute_name:
    case state::after_attribute_name:
    case state::before_value:
    case state::value_double:
    case state::value_single:
    case state::value_bare:
    case state::self_closing: return step_tag(chunk, at);
    case state::comment:
      if (c != '-') return std::min(chunk.find('-', at), chunk.size());
      state_ = state::comment_end_dash;
      return at + 1;
    case state::bogus_comment:
    case state::comment_start:
    case state::comment_start_dash:
    case state::comment_end_dash:
    case state::comment_end:
    case state::comment_end_bang: step_comment(c); return at + 1;
    case state::doctype:
      if (c != '>') return std::min(chunk.find('>', at), chunk.size());
      state_ = state::data;
      sink_->doctype(tag_begin_, fed_ + at + 1);
      return at + 1;
    case state::markup_declaration: return step_declaration(chunk, at);
    case state::cdata:
    case state::cdata_bracket:
    case state::cdata_end: step_cdata(c); return at + 1;
  }
  return at + 1;
}

// RCDATA, RAWTEXT and script data: only `</` with the element's name ends them.
std::size_t tokenizer::step_raw(std::string_view chunk, std::size_t at) {
  const char c = chunk[at];
  if (state_ == state::raw_less) {
    if (c == '/') {
      state_ = state::raw_end_open;
      name_.clear();
      return at + 1;
    }
    if (c == '!' && content_ == content::script && raw_return_ == state::raw) {
      state_ = state::script_escape_start;
      return at + 1;
    }
  } else if (is_letter(c)) {
    state_ = state::raw_end_name;
    return name_.add_lower(chunk, at, other_than_letters);
  } else if (state_ == state::raw_end_name && ends_name(c) && is_raw_end()) {
    is_end_ = true;
    is_self_closing_ = false;
    content_ = content::data;
    raw_return_ = state::raw;
    state_ = state::tag_name;
    return step_tag(chunk, at);
  }
  state_ = raw_return_;
  if (raw_return_ == state::raw) return at;
  step_script(c, fed_ + at);
  return at + 1;
}

// Scripts in comments: `<!--`, and `<script` inside it (sections 13.2.5.20 to 31).
void tokenizer::step_script(char c, std::uint64_t place) {
  const auto escaped = [&](state dash) {
    if (c == '-') state_ = dash;
    else if (c == '<') state_ = state::script_escaped_less;
    else state_ = state::script_escaped;
    if (c == '<') tag_begin_ = place;
  };
  const auto twice = [&](state dash) {
    state_ = c == '-' ? dash : c == '<' ? state::script_double_less : state::script_double;
  };
  const auto leave = [&] {
    raw_return_ = state::raw;
    state_ = state::raw;
    if (c != '<') return;
    tag_begin_ = place;
    state_ = state::raw_less;
  };
  switch (state_) {
    case state::script_escape_start: return c == '-' ? void(state_ = state::script_escape_start_dash) : leave();
    case state::script_escape_start_dash: return c == '-' ? void(state_ = state::script_escaped_dash_dash) : leave();
    case state::script_escaped: return escaped(state::script_escaped_dash);
    case state::script_escaped_dash: return escaped(state::script_escaped_dash_dash);
    case state::script_escaped_dash_dash:
      if (c == '>') return leave();
      return escaped(state::script_escaped_dash_dash);
    case state::script_escaped_less:
      if (c == '/') {
        raw_return_ = state::script_escaped;
        state_ = state::raw_end_open;
        name_.clear();
        return;
      }
      if (!is_letter(c)) return escaped(state::script_escaped_dash);
      name_.clear();
      state_ = state::script_double_escape_start;
      name_.add(lower(c));
      return;
    case state::script_double_escape_start:
    case state::script_double_escape_end: {
      if (is_letter(c)) return name_.add(lower(c));
      const bool starts = state_ == state::script_double_escape_start;
      const bool is_script = ends_name(c) && name_.name() == "script";
      if (is_script == starts) state_ = state::script_double;
      else state_ = state::script_escaped;
      if (ends_name(c)) return;
      return state_ == state::script_double ? twice(state::script_double_dash) : escaped(state::script_escaped_dash);
    }
    case state::script_double: return twice(state::script_double_dash);
    case state::script_double_dash: return twice(state::script_double_dash_dash);
    case state::script_double_dash_dash:
      if (c == '>') return leave();
      return twice(state::script_double_dash_dash);
    case state::script_double_less:
      if (c != '/') return twice(state::script_double_dash);
      name_.clear();
      state_ = state::script_double_escape_end;
      return;
    default: return;
  }
}

void tokenizer::open_tag(bool is_end) {
  is_end_ = is_end;
  is_self_closing_ = false;
  name_.clear();
  state_ = state::tag_name;
}

void tokenizer::end_name(const name_facts& known) {
  known_ = &known;
  state_ = state::before_attribute;
  reads_attributes_ = !is_end_ && sink_->wants_attributes(*known_);
  if (!reads_attributes_) return;
  attribute_.clear();
  value_.clear();
}

void tokenizer::end_attribute() {
  state_ = state::before_attribute;
  if (!reads_attributes_) return;
  if (!attribute_.view().empty()) sink_->attribute(name_.name(), attribute_.name(), value_.view(), value_.is_cut());
  attribute_.clear();
  value_.clear();
}

void tokenizer::emit(std::string_view name, std::uint64_t end) {
  const tag read{name, known_, tag_begin_, end, is_self_closing_};
  state_ = state::data;
  if (is_end_) return sink_->end_tag(read);
  content_ = sink_->start_tag(read);
  if (content_ == content::data || state_ != state::data) return;
  state_ = content_ == content::plaintext ? state::plaintext : state::raw;
  raw_return_ = state::raw;
  raw_name_.clear();
  raw_name_.add(name);
}

/// After a `<` that opens no tag.
std::size_t tokenizer::step_no_tag(std::string_view chunk, std::size_t at) {
  const char c = chunk[at];
  state_ = c == '!' ? state::markup_declaration : c == '?' ? state::bogus_comment : state::data;
  word_left_ = {};
  if (state_ != state::data) return at + 1;
  if (wants_text) sink_->text(tag_begin_, false);
  return at;
}

/// Reads a tag up to its end or the end of the chunk. Each state falls through to the next where possible.
// NOLINTNEXTLINE(readability-function-size): the states of one table
std::size_t tokenizer::step_tag(std::string_view chunk, std::size_t at) {
  while (at < chunk.size()) {
    switch (state_) {
      case state::tag_open:
        if (is_letter(chunk[at])) {
          open_tag(false);
          continue;
        }
        if (chunk[at] != '/') return step_no_tag(chunk, at);
        state_ = state::end_tag_open;
        if (++at == chunk.size()) return at;
        [[fallthrough]];
      case state::end_tag_open:
        if (!is_letter(chunk[at])) {
          state_ = chunk[at] == '>' ? state::data : state::bogus_comment;
          return at + 1;
        }
        open_tag(true);
        [[fallthrough]];
      case state::tag_name:
        at = name_.add_lower(chunk, at, name_ends);
        if (at == chunk.size()) return at;
        end_name(facts_of(name_.name()));
        [[fallthrough]];
      case state::before_attribute:
        at = end_of_run(chunk, at, other_than_spaces);
        if (at == chunk.size()) return at;
        if (chunk[at] == '>') {
          emit(name_.name(), fed_ + at + 1);
          return at + 1;
        }
        if (chunk[at] == '/') {
          state_ = state::self_closing;
          ++at;
          continue;
        }
        if (reads_attributes_) attribute_.add(lower(chunk[at]));  // even a `=`
        ++at;
        state_ = state::attribute_name;
        [[fallthrough]];
      case state::attribute_name:
        at = reads_attributes_ ? attribute_.add_lower(chunk, at, attribute_name_ends)
                               : end_of_run(chunk, at, attribute_name_ends);
        if (at == chunk.size()) return at;
        state_ = state::after_attribute_name;
        [[fallthrough]];
      case state::after_attribute_name:
        at = end_of_run(chunk, at, other_than_spaces);
        if (at == chunk.size()) return at;
        if (chunk[at] != '=') {
          end_attribute();
          continue;
        }
        state_ = state::before_value;
        ++at;
        [[fallthrough]];
      case state::before_value:
        at = end_of_run(chunk, at, other_than_spaces);
        if (at == chunk.size()) return at;
        state_ = chunk[at] == '"' ? state::value_double : chunk[at] == '\'' ? state::value_single : state::value_bare;
        if (state_ != state::value_bare) ++at;
        continue;
      case state::value_double:
      case state::value_single: {
        const std::size_t end = std::min(chunk.find(state_ == state::value_double ? '"' : '\'', at), chunk.size());
        if (reads_attributes_) value_.add(chunk.substr(at, end - at));
        if (end == chunk.size()) return end;
        at = end + 1;
        end_attribute();
        continue;
      }
      case state::value_bare: {
        const std::size_t end = end_of_run(chunk, at, bare_value_ends);
        if (reads_attributes_) value_.add(chunk.substr(at, end - at));
        at = end;
        if (at < chunk.size()) end_attribute();
        continue;
      }
      case state::self_closing:
        is_self_closing_ = chunk[at] == '>';
        state_ = state::before_attribute;
        continue;
      default: return at;
    }
  }
  return at;
}

void tokenizer::step_comment(char c) {
  switch (state_) {
    case state::bogus_comment:
      if (c == '>') state_ = state::data;
      return;
    case state::comment_start:
      state_ = c == '-' ? state::comment_start_dash : c == '>' ? state::data : state::comment;
      return;
    case state::comment_start_dash:
      state_ = c == '-' ? state::comment_end : c == '>' ? state::data : state::comment;
      return;
    case state::comment_end_dash: state_ = c == '-' ? state::comment_end : state::comment; return;
    case state::comment_end:
      if (c == '>') state_ = state::data;
      else if (c == '!') state_ = state::comment_end_bang;
      else if (c != '-') state_ = state::comment;
      return;
    case state::comment_end_bang:
      state_ = c == '>' ? state::data : c == '-' ? state::comment_end_dash : state::comment;
      return;
    default: return;
  }
}

// `<!--`, `<!doctype`, `<![CDATA[`; anything else is a comment up to the next `>`. The first byte distinguishes the
// three.
std::size_t tokenizer::step_declaration(std::string_view chunk, std::size_t at) {
  constexpr std::string_view comment = "--", doctype = "doctype", cdata = "[CDATA[";
  if (word_left_.empty()) word_left_ = chunk[at] == '-' ? comment : chunk[at] == '[' ? cdata : doctype;
  const char last = word_left_.back();  // the three words end with different letters
  const std::string_view wanted = word_left_, come = chunk.substr(at, wanted.size());
  for (std::size_t i = 0; i < come.size(); ++i) {
    if ((last == doctype.back() ? lower(come[i]) : come[i]) == wanted[i]) continue;
    state_ = state::bogus_comment;
    return at + i;
  }
  at += come.size();
  word_left_.remove_prefix(come.size());
  if (!word_left_.empty()) return at;
  if (last == comment.back()) state_ = state::comment_start;
  else if (last == doctype.back()) state_ = state::doctype;
  else if (const bool is_cdata = sink_->takes_cdata(); state_ == state::markup_declaration)
    state_ = is_cdata ? state::cdata : state::bogus_comment;
  return at;
}

void tokenizer::step_cdata(char c) {
  if (state_ == state::cdata_end && c == '>') state_ = state::data;
  else if (c != ']') state_ = state::cdata;
  else state_ = state_ == state::cdata ? state::cdata_bracket : state::cdata_end;
}

}  // namespace abide::detail
