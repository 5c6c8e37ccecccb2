#include "proxy/download.hpp"

#include <array>

#include "abide/carry.hpp"
#include "proxy/approach.hpp"
#include "proxy/pieces.hpp"
#include "proxy/replies.hpp"
#include "proxy/tunnel.hpp"

namespace abide::detail::proxy {

namespace asio = boost::asio;
using std::chrono::steady_clock;

asio::awaitable<bool> download::read_more() {
  if (!sent_.is_running()) from_.line.read_until(steady_clock::now() + in_.told.most.response);
  const std::span<char> room = from_.in.room();
  if (room.empty()) co_return false;
  const std::size_t size = co_await from_.line.read(room);
  if (!sent_.is_running()) from_.line.read_until(never);  // the visitor may take their time
  from_.in.received(size);
  co_return size > 0;
}

asio::awaitable<bool> download::send(std::span<const std::string_view> parts) { return to_.line.write(parts); }

asio::awaitable<came> download::read_head() {
  section_end end;
  for (;;) {
    const auto found = end.look(from_.in.bytes());
    if (found == section_end::found::bad) co_return came::broken;
    if (found == section_end::found::whole) break;
    if (co_await read_more()) continue;
    co_return from_.line.is_late() || !from_.in.bytes().empty() ? broke() : came::nothing;
  }
  section_.assign(from_.in.bytes().substr(0, end.looked));
  from_.in.take(end.looked);
  answer_.fields.clear();
  co_return read_response(section_, answer_) ? came::whole : came::broken;
}

/// Passes on 100 and other interim responses, if the visitor's HTTP version has them.
asio::awaitable<bool> download::interim() {
  if (asked_.minor == 0 || (answer_.status == 100 && !asked_.expects)) co_return true;
  take_hop(answer_);
  if (!in_.told.observe) asked_.visit->finish(answer_.status, answer_.fields, nullptr);
  write_head(staying::unsaid);
  const std::string_view head = head_;
  co_return co_await send({&head, 1});
}

void download::write_head(staying how) {
  status_ = answer_.status;
  head_.clear();
  append_head(answer_, asked_.minor, chunked_, how, head_);
}

asio::awaitable<came> download::upgraded() {
  if (!asked_.upgrade) co_return came::broken;
  take_hop(answer_);
  if (!in_.told.observe) asked_.visit->finish(101, answer_.fields, nullptr);
  write_head(staying::unsaid);
  const std::string_view head = head_;
  if (co_await send({&head, 1})) co_await tunnel(in_, to_, from_);
  asked_.stays = false;
  co_return came::tunnelled;
}

/// Nothing more arrives. A body without a length is complete only if the application has ended it (RFC 9112 section 8).
bool download::is_complete() noexcept { return from_.line.has_been_ended() && reader_->end_of_connection(); }

/// Reads the beginning of a page before its fields are sent: a kilobyte, or what has arrived.
asio::awaitable<came> download::read_beginning() {
  has_beginning_ = true;
  page_.clear();
  for (;;) {
    std::string_view bytes = from_.in.bytes();
    for (std::string_view piece = reader_->next(bytes); !piece.empty(); piece = reader_->next(bytes))
      page_.append(piece);
    from_.in.take_until(bytes);
    if (reader_->is_bad()) co_return came::broken;
    if (!page_.empty() || reader_->has_ended()) co_return came::whole;
    if (!co_await read_more() && !is_complete()) co_return broke();
  }
}

void download::finish_fields() {
  fields& of = answer_.fields;
  if (in_.told.observe) {
    fields shadow;
    shadow.borrow(of);
    asked_.visit->finish(answer_.status, shadow, nullptr);
    in_.of.observed.tell(asked_.visit->report());
    return hand_over(*asked_.visit);
  }
  if (!has_beginning_) asked_.visit->finish(answer_.status, of, nullptr);
  else insert_from(of);
  hand_over(*asked_.visit);
}

/// A kilobyte tells whether it is a page. These bytes are read again when the page is sent.
void download::insert_from(fields& of) {
  constexpr std::size_t enough = 1024;
  const bool is_whole = reader_->has_ended() && page_.size() <= enough;
  insertion_ = asked_.visit->finish_streamed(answer_.status, of, std::string_view(page_).substr(0, enough), is_whole);
}

/// Tells the visitor where the body ends.
void download::add_framing() {
  if (insertion_) answer_.fields.erase("Content-Length");
  const bool is_known = size_.framing == framing::none || (size_.framing == framing::length && !insertion_);
  if (insertion_ && reader_->has_ended()) {
    answer_.fields.replace("Content-Length", std::to_string(page_.size()));
  } else if (!is_known) {
    chunked_ = asked_.minor > 0;
    to_the_end_ = !chunked_;
    if (to_the_end_) asked_.stays = false;
  }
}

void download::insert_what_is_there() {
  if (!insertion_) return;
  std::string inserted;
  insertion_.feed(page_, inserted);
  if (reader_->has_ended()) insertion_.finish(inserted);
  page_.swap(inserted);
}

/// Of a page that breaks off, the insertion may hold a kilobyte, perhaps all of it.
asio::awaitable<came> download::give_up() {
  page_.clear();
  if (insertion_) insertion_.finish(page_);
  outgoing out;
  if (chunked_) out.chunk(page_);
  else out.plain(page_);
  if (!out.empty()) co_await send(out.parts());
  co_return came::cut_off;
}

asio::awaitable<came> download::pass_body() {
  std::string_view head = head_;
  for (;;) {
    outgoing out;
    out.head(head);
    std::string_view bytes = from_.in.bytes();
    if (insertion_ && !has_beginning_) {
      page_.clear();
      for (auto piece = reader_->next(bytes); !piece.empty(); piece = reader_->next(bytes))
        insertion_.feed(piece, page_);
      if (reader_->has_ended()) insertion_.finish(page_);
    }
    if (!insertion_ && !has_beginning_) out.gather(*reader_, bytes, chunked_);
    else if (chunked_) out.chunk(page_);
    else out.plain(page_);
    has_beginning_ = false;
    if (reader_->is_bad()) co_return came::cut_off;
    const bool is_end = reader_->has_ended();
    if (is_end && chunked_) out.last_chunk();
    if (!out.empty() && !co_await send(out.parts())) co_return came::cut_off;
    head = {};
    from_.in.take_until(bytes);
    if (is_end) co_return came::whole;
    if (!from_.in.bytes().empty()) continue;
    if (co_await read_more()) continue;
    if (!is_complete()) co_return co_await give_up();
  }
}

asio::awaitable<came> download::pass() {
  for (;;) {
    const came head = co_await read_head();
    if (head != came::whole) co_return head;
    if (answer_.status == 101) co_return co_await upgraded();
    if (answer_.status >= 200) break;
    if (!co_await interim()) co_return came::cut_off;
  }
  if (!read_framing(answer_, asked_.is_head, size_)) co_return came::broken;
  reader_.emplace(size_);
  const hop said = take_hop(answer_);
  const bool is_page =
      !in_.told.observe && size_.framing != framing::none && asked_.visit->wants_body(answer_.status, answer_.fields);
  if (is_page) {
    const came beginning = co_await read_beginning();
    if (beginning != came::whole) co_return beginning;
  }
  finish_fields();
  insert_what_is_there();
  add_via(answer_.minor, answer_.fields);
  if (answer_.fields.count("Date") == 0) answer_.fields.add("Date", in_.date.now());  // RFC 9110 section 6.6.1
  add_framing();
  asked_.stays = asked_.stays && !in_.draining && !sent_.is_running();
  write_head(asked_.stays ? staying::stays : staying::closes);
  const came body = co_await pass_body();
  kept_ = body == came::whole && !said.close && (answer_.minor > 0 || said.keep_alive) &&
          size_.framing != framing::to_the_end && !size_.may_be_followed && !sent_.is_running() &&
          from_.in.bytes().empty();
  co_return body;
}

}  // namespace abide::detail::proxy
