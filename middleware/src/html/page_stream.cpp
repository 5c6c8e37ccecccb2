#include "html/page_stream.hpp"

#include <algorithm>

namespace abide::detail {

void page_stream::feed(std::string_view chunk, std::string& page) {
  chunk_ = chunk;
  reader_.feed(chunk);
  if (must_wait()) pass(std::min(reader_.settled(), reader_.facts().head.value_or(reader_.settled())), page);
  else put_settled(reader_.settled(), reader_.is_body_settled(), page);
  if (chunk_.empty()) return;
  held_.append(chunk_);
  chunk_ = {};
}

void page_stream::finish(std::string& page) {
  reader_.finish();
  const std::uint64_t end = passed_ + held_.size();
  put_settled(end, reader_.facts().body.has_value(), page);
}

bool page_stream::must_wait() noexcept {
  awaits_charset_ = awaits_charset_ && !reader_.is_charset_settled();
  return awaits_charset_ || !reader_.is_beginning_settled();
}

/// Passes the page on up to an offset.
void page_stream::pass(std::uint64_t end, std::string& page) {
  if (end <= passed_) return;
  std::size_t size = static_cast<std::size_t>(end - passed_);
  passed_ = end;
  const std::size_t old = std::min(size, held_.size());
  page.append(held_, 0, old);
  held_.erase(0, old);
  size -= old;
  page.append(chunk_.substr(0, size));
  chunk_.remove_prefix(size);
}

void page_stream::put(fragment what, std::uint64_t at, std::size_t replaced, std::string& page) {
  pass(at, page);
  const page_facts& facts = reader_.facts();
  if (!is_closed_ && !facts.closing.empty() && at == facts.last && source_->has(what, facts, at)) {
    page += facts.closing;
    is_closed_ = true;
  }
  source_->append(what, facts, at, page);
  if (what == fragment::body_end && is_closed_) page += facts.apart;
  put_[static_cast<std::size_t>(what)] = true;
  if (replaced == 0) return;
  std::string mark;
  pass(at + replaced, mark);
}

/// Inserts everything whose place is final, then passes the page on.
void page_stream::put_settled(std::uint64_t settled, bool has_body, std::string& page) {
  const page_facts& facts = reader_.facts();
  const auto is_put = [&](fragment what) { return put_[static_cast<std::size_t>(what)]; };
  if (facts.head && !is_put(fragment::head)) put(fragment::head, *facts.head, 0, page);
  if (has_body) {
    if (!is_put(fragment::body_start)) put(fragment::body_start, *facts.body, 0, page);
    put_marks(settled, page);
    if (facts.end) put_end(*facts.end, page);
  }
  pass(settled, page);
}

void page_stream::put_marks(std::uint64_t settled, std::string& page) {
  const page_facts& facts = reader_.facts();
  struct place {
    const page_facts::mark* mark;
    fragment what;
  };
  std::array<place, 2> places{{{&facts.status, fragment::status}, {&facts.withdraw, fragment::withdraw}}};
  if (places[1].mark->at < places[0].mark->at) std::swap(places[0], places[1]);
  for (const auto& [mark, what] : places)
    if (may_put(*mark, what, settled)) put(what, mark->at, mark->size, page);
}

bool page_stream::may_put(const page_facts::mark& mark, fragment what, std::uint64_t settled) {
  const page_facts& facts = reader_.facts();
  if (put_[static_cast<std::size_t>(what)] || mark.size == 0 || mark.at < passed_ || mark.at + mark.size > settled)
    return false;
  return (!facts.end || mark.at < *facts.end) && source_->has(what, facts, mark.at);
}

void page_stream::put_end(std::uint64_t at, std::string& page) {
  if (put_[static_cast<std::size_t>(fragment::body_end)]) return;
  if (!put_[static_cast<std::size_t>(fragment::status)]) put(fragment::status, at, 0, page);
  put(fragment::body_end, at, 0, page);
}

}  // namespace abide::detail
