#include "html/tokenizer.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace abide::detail {
namespace {

constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
constexpr bool ends_name(char c) noexcept { return is_space(c) || c == '/' || c == '>'; }
using ascii_text::is_letter, ascii_text::lower;

/// Which bytes end a run of others.
using byte_set = std::array<bool, 256>;

constexpr byte_set bytes_of(std::string_view list) noexcept {
  byte_set is{};
  for (const char c : list) is[static_cast<unsigned char>(c)] = true;
  return is;
}

constexpr byte_set name_ends = bytes_of(" \t\n\r\f/>"), attribute_name_ends = bytes_of(" \t\n\r\f/>="),
                   bare_value_ends = bytes_of(" \t\n\r\f>");

std::size_t end_of_run(std::string_view chunk, std::size_t at, const byte_set& ends) noexcept {
  while (at < chunk.size() && !ends[static_cast<unsigned char>(chunk[at])]) ++at;
  return at;
}

template <std::size_t capacity>
void add_lower(cut_text<capacity>& text, std::string_view more) noexcept {
  for (const char c : more) text.add(lower(c));
}

}  // namespace

bool tokenizer::is_in_tag() const noexcept {
  switch (state_) {
    case state::raw_less:
    case state::raw_end_open:
    case state::raw_end_name:
    case state::script_escaped_less: return true;
    default: return state_ >= state::tag_open && state_ <= state::self_closing;
  }
}

void tokenizer::feed(std::string_view chunk) {
  for (std::size_t at = 0; at < chunk.size();) {
    const std::size_t next = step(chunk, at);
    position_ += next - at;
    at = next;
  }
}

/// Opens a tag whose name lies whole in the chunk; its end there, or `at` where the states have to find out.
std::size_t tokenizer::step_name(std::string_view chunk, std::size_t at) {
  const bool is_end = at + 1 < chunk.size() && chunk[at + 1] == '/';
  const std::size_t name = at + (is_end ? 2 : 1);
  if (name >= chunk.size() || !is_letter(chunk[name])) return at;
  const std::size_t end = end_of_run(chunk, name, name_ends);
  if (end == chunk.size()) return at;
  open_tag(chunk[name], is_end);
  add_lower(name_, chunk.substr(name + 1, end - name - 1));
  return end;
}

/// Goes over text up to the next `<`.
std::size_t tokenizer::step_data(std::string_view chunk, std::size_t at) {
  std::size_t next = at;
  if (wants_text) {
    while (next < chunk.size() && is_space(chunk[next])) ++next;
    if (next < chunk.size() && chunk[next] != '<') sink_->text(position_ + (next - at));
  }
  return std::min(chunk.find('<', next), chunk.size());
}

// NOLINTNEXTLINE(readability-function-size): the states of one table
std::size_t tokenizer::step(std::string_view chunk, std::size_t at) {
  const char c = chunk[at];
  switch (state_) {
    case state::data:
      if (c != '<') return step_data(chunk, at);
      tag_begin_ = position_;
      if (const std::size_t end = step_name(chunk, at); end > at) return end;
      state_ = state::tag_open;
      break;
    case state::plaintext: return chunk.size();
    case state::raw:
      if (c != '<') return std::min(chunk.find('<', at), chunk.size());
      tag_begin_ = position_;
      state_ = state::raw_less;
      break;
    case state::raw_less:
    case state::raw_end_open:
    case state::raw_end_name: step_raw(c); break;
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
    case state::script_double_escape_end: step_script(c); break;
    case state::value_double:
    case state::value_single: {
      const std::size_t end = std::min(chunk.find(state_ == state::value_double ? '"' : '\'', at), chunk.size());
      if (reads_attributes_) value_.add(chunk.substr(at, end - at));
      if (end == chunk.size()) return end;
      end_attribute();
      state_ = state::after_value;
      return end + 1;
    }
    case state::tag_name: {
      const std::size_t end = end_of_run(chunk, at, name_ends);
      add_lower(name_, chunk.substr(at, end - at));
      if (end > at) return end;
      step_tag(c);
      break;
    }
    case state::attribute_name: {
      const std::size_t end = end_of_run(chunk, at, attribute_name_ends);
      if (reads_attributes_) add_lower(attribute_, chunk.substr(at, end - at));
      if (end > at) return end;
      step_tag(c);
      break;
    }
    case state::value_bare: {
      const std::size_t end = end_of_run(chunk, at, bare_value_ends);
      if (reads_attributes_) value_.add(chunk.substr(at, end - at));
      if (end > at) return end;
      step_tag(c);
      break;
    }
    case state::tag_open:
    case state::end_tag_open:
    case state::before_attribute:
    case state::after_attribute_name:
    case state::before_value:
    case state::after_value:
    case state::self_closing: step_tag(c); break;
    case state::comment:
      if (c != '-') return std::min(chunk.find('-', at), chunk.size());
      state_ = state::comment_end_dash;
      break;
    case state::bogus_comment:
    case state::comment_start:
    case state::comment_start_dash:
    case state::comment_end_dash:
    case state::comment_end:
    case state::comment_end_bang: step_comment(c); break;
    case state::doctype:
      if (c != '>') return std::min(chunk.find('>', at), chunk.size());
      step_declaration(c);
      break;
    case state::markup_declaration:
    case state::cdata:
    case state::cdata_bracket:
    case state::cdata_end: step_declaration(c); break;
  }
  return at + 1;
}

// RCDATA, RAWTEXT and script data: `</` and the name of the element end it, and nothing else does.
void tokenizer::step_raw(char c) {
  if (state_ == state::raw_less) {
    if (c == '/') {
      state_ = state::raw_end_open;
      name_.clear();
      return;
    }
    if (c == '!' && content_ == content::script && raw_return_ == state::raw) {
      state_ = state::script_escape_start;
      return;
    }
  } else if (is_letter(c)) {
    name_.add(lower(c));
    state_ = state::raw_end_name;
    return;
  } else if (state_ == state::raw_end_name && ends_name(c) && is_raw_end()) {
    is_end_ = true;
    is_self_closing_ = false;
    content_ = content::data;
    raw_return_ = state::raw;
    state_ = state::tag_name;
    step_tag(c);
    return;
  }
  state_ = raw_return_;
  if (raw_return_ != state::raw) return step_script(c);
  if (c != '<') return;
  tag_begin_ = position_;
  state_ = state::raw_less;
}

// Scripts that hide in comments: `<!--` and `<script` inside it (section 13.2.5.20 to 31).
void tokenizer::step_script(char c) {
  const auto escaped = [&](state dash) {
    if (c == '-') state_ = dash;
    else if (c == '<') state_ = state::script_escaped_less;
    else state_ = state::script_escaped;
    if (c == '<') tag_begin_ = position_;
  };
  const auto twice = [&](state dash) {
    state_ = c == '-' ? dash : c == '<' ? state::script_double_less : state::script_double;
  };
  const auto leave = [&] {
    raw_return_ = state::raw;
    state_ = state::raw;
    if (c != '<') return;
    tag_begin_ = position_;
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

void tokenizer::open_tag(char c, bool is_end) {
  is_end_ = is_end;
  is_self_closing_ = false;
  name_.clear();
  name_.add(lower(c));
  state_ = state::tag_name;
}

void tokenizer::end_attribute() {
  if (reads_attributes_ && !attribute_.view().empty())
    sink_->attribute(name_.name(), attribute_.name(), value_.view(), value_.is_cut());
  attribute_.clear();
  value_.clear();
}

void tokenizer::emit() {
  const tag read{name_.name(), tag_begin_, position_ + 1, is_self_closing_};
  state_ = state::data;
  if (is_end_) return sink_->end_tag(read);
  content_ = sink_->start_tag(read);
  if (content_ == content::data) return;
  state_ = content_ == content::plaintext ? state::plaintext : state::raw;
  raw_return_ = state::raw;
  raw_name_ = name_;
}

// NOLINTNEXTLINE(readability-function-size): the states of one table
void tokenizer::step_tag(char c) {
  switch (state_) {
    case state::tag_open:
      if (is_letter(c)) return open_tag(c, false);
      if (c == '/' || c == '!' || c == '?') {
        state_ = c == '/' ? state::end_tag_open : c == '!' ? state::markup_declaration : state::bogus_comment;
        return name_.clear();
      }
      if (wants_text) sink_->text(tag_begin_);
      if (c != '<') state_ = state::data;
      tag_begin_ = position_;  // of a second `<`: the first one is text
      return;
    case state::end_tag_open:
      if (is_letter(c)) open_tag(c, true);
      else state_ = c == '>' ? state::data : state::bogus_comment;
      return;
    case state::tag_name:
      reads_attributes_ = !is_end_ && c != '>' && sink_->wants_attributes(name_.name());
      attribute_.clear();
      value_.clear();
      break;
    case state::before_attribute:
    case state::after_value:
      if (ends_name(c)) break;
      attribute_.clear();
      value_.clear();
      attribute_.add(lower(c));
      state_ = state::attribute_name;
      return;
    case state::attribute_name:
      if (c == '=') {
        state_ = state::before_value;
        return;
      }
      if (is_space(c)) {
        state_ = state::after_attribute_name;
        return;
      }
      end_attribute();
      break;
    case state::after_attribute_name:
      if (is_space(c)) return;
      if (c == '=') {
        state_ = state::before_value;
        return;
      }
      end_attribute();
      if (ends_name(c)) break;
      attribute_.add(lower(c));
      state_ = state::attribute_name;
      return;
    case state::before_value:
      if (is_space(c)) return;
      if (c == '"' || c == '\'') {
        state_ = c == '"' ? state::value_double : state::value_single;
        return;
      }
      if (c != '>') {
        state_ = state::value_bare;
        value_.add(c);
        return;
      }
      end_attribute();
      break;
    case state::value_bare: end_attribute(); break;
    case state::self_closing:
      if (c == '>') is_self_closing_ = true;
      state_ = state::before_attribute;
      if (c != '>') return step_tag(c);
      break;
    default: break;
  }
  if (c == '>') return emit();
  state_ = c == '/' ? state::self_closing : state::before_attribute;
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

// `<!--`, `<!doctype`, `<![CDATA[`, or else a comment up to the next `>`.
void tokenizer::step_declaration(char c) {
  constexpr std::string_view doctype = "doctype", cdata = "[CDATA[";
  switch (state_) {
    case state::markup_declaration: {
      const std::size_t size = name_.view().size();
      // The first byte tells the three apart, and what was added so far fits one of them.
      const auto began = [&](char first) { return size == 0 || name_.view().front() == first; };
      const bool fits_doctype = size < doctype.size() && lower(c) == doctype[size] && began('d');
      const bool fits_cdata = size < cdata.size() && c == cdata[size] && began('[');
      const bool fits_comment = c == '-' && began('-');
      if (!fits_doctype && !fits_cdata && !fits_comment) {
        state_ = state::bogus_comment;
        return step_comment(c);
      }
      name_.add(fits_doctype ? lower(c) : c);
      if (name_.view() == "--") state_ = state::comment_start;
      else if (name_.view() == doctype) state_ = state::doctype;
      else if (name_.view() == cdata) state_ = sink_->is_foreign() ? state::cdata : state::bogus_comment;
      return;
    }
    case state::doctype: state_ = state::data; return sink_->doctype(tag_begin_, position_ + 1);
    case state::cdata:
      if (c == ']') state_ = state::cdata_bracket;
      return;
    case state::cdata_bracket: state_ = c == ']' ? state::cdata_end : state::cdata; return;
    case state::cdata_end:
      if (c == '>') state_ = state::data;
      else if (c != ']') state_ = state::cdata;
      return;
    default: return;
  }
}

}  // namespace abide::detail
