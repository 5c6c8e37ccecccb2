#include "proxy/exchange.hpp"

#include <optional>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "abide/carry.hpp"
#include "base/ascii.hpp"
#include "proxy/approach.hpp"
#include "proxy/download.hpp"
#include "proxy/into.hpp"
#include "proxy/passing.hpp"
#include "proxy/pieces.hpp"
#include "proxy/replies.hpp"

namespace abide::detail::proxy {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

/// Holds a connection to the application while it is used.
class lease {
 public:
  lease(pool& of, std::unique_ptr<backend> taken) : of_(of), taken_(std::move(taken)) {}
  lease(const lease&) = delete;
  lease& operator=(const lease&) = delete;
  ~lease() { of_.give_back(keep ? std::move(taken_) : nullptr); }
  backend& operator*() const noexcept { return *taken_; }
  bool keep = false;

 private:
  pool& of_;
  std::unique_ptr<backend> taken_;
};

/// Waits for the log, which answers in its own thread.
asio::awaitable<effect_result> carried(worker& in, log& by, effect wanted) {
  struct box {
    explicit box(asio::io_context& on) : there(on, never) {}
    std::optional<effect_result> result;
    asio::steady_timer there;
  };
  const auto answer = std::make_shared<box>(in.on);
  carry_out(by, std::move(wanted), [answer, work = asio::make_work_guard(in.on)](effect_result result) {
    asio::post(work.get_executor(), [answer, result = std::move(result)]() mutable {
      answer->result = std::move(result);
      answer->there.cancel();
    });
  });
  boost::system::error_code ignored;
  while (!answer->result) co_await answer->there.async_wait(into(ignored));
  co_return std::move(*answer->result);
}

class exchanging {
 public:
  exchanging(worker& in, visitor& v) : in_(in), v_(v) {}

  asio::awaitable<bool> run();

 private:
  asio::awaitable<unsigned> read_head();
  unsigned look_at_request();
  unsigned look_at_body() const noexcept;
  void begin();
  asio::awaitable<bool> refuse(unsigned status);
  asio::awaitable<bool> answered(bool& stays);
  asio::awaitable<std::string> form();
  asio::awaitable<bool> send_own(own_reply);
  own_reply failure(unsigned status);
  asio::awaitable<bool> fail(unsigned status);
  void write_request();
  asio::awaitable<bool> forward();
  asio::awaitable<std::optional<bool>> talk(bool fresh);
  asio::awaitable<came> converse(backend&, upload&, download&);
  asio::awaitable<bool> serve(unsigned refused);
  void note();
  bool is_safe() const noexcept;
  bool stays() const noexcept { return stays_ && !in_.draining; }

  worker& in_;
  visitor& v_;
  request_head asked_;
  body_size size_;
  hop said_;
  std::shared_ptr<const believed_site> site_;
  std::optional<abide::visit> visit_;
  bool is_read_ = false;  ///< the header section was read and is valid
  bool stays_ = true, is_head_ = false, expects_ = false, upgrades_ = false;
  instant began_;
  unsigned status_ = 0;    ///< of the answer
  bool inserted_ = false;  ///< whether its page was inserted into
};

/// 0: it has arrived; 1: nothing was sent; otherwise the status that refuses it.
asio::awaitable<unsigned> exchanging::read_head() {
  const limits& most = in_.told.most;
  section_end end;
  bool has_line = false, is_counted = false;
  v_.section.clear();
  v_.line.read_until(steady_clock::now() + most.idle);
  for (;;) {
    while (end.looked == 0 && v_.in.bytes().starts_with("\r\n")) v_.in.take(2);  // RFC 9112 section 2.2
    const std::string_view bytes = v_.in.bytes();
    const auto found = end.look(bytes);
    if (found == section_end::found::bad) co_return 400;
    if (!has_line && end.line > 0) {
      has_line = true;
      request_head first;
      if (const unsigned no = read_request_line(bytes.substr(0, bytes.find('\r')), first)) co_return no;
    }
    if (found == section_end::found::whole) break;
    if (!bytes.empty() && !std::exchange(is_counted, true)) v_.line.read_until(steady_clock::now() + most.header);
    const std::span<char> room = v_.in.room();
    if (room.empty()) co_return has_line ? 431 : 414;
    if (bytes.empty()) v_.line.expect_nothing_yet();
    v_.idle = bytes.empty();
    if (v_.idle && in_.draining) co_return 1;
    if (v_.idle) in_.room.cancel();
    const std::size_t size = co_await v_.line.read(room);
    v_.idle = false;
    v_.in.received(size);
    if (size == 0) co_return v_.line.is_late() && !v_.in.bytes().empty() ? 408 : 1;
  }
  v_.line.read_until(never);
  v_.section.assign(v_.in.bytes().substr(0, end.looked));
  v_.in.take(end.looked);
  co_return 0;
}

/// Returns 0, or the status that refuses the request.
unsigned exchanging::look_at_request() {
  if (const unsigned no = read_request(v_.section, asked_)) return no;
  is_read_ = true;
  is_head_ = asked_.method == "HEAD";
  if (const framing_fault no = read_framing(asked_, size_); no.status > 0) return no.status;
  if (size_.length > in_.told.most.body_bytes) return 413;
  const std::string_view expected = asked_.fields.first("Expect");
  if (!expected.empty() && !ascii_text::same(expected, "100-continue")) return 417;
  expects_ = !expected.empty() && asked_.minor > 0;
  return look_at_body();
}

/// If a chunked body that has already arrived is bad, the application must not receive the request.
unsigned exchanging::look_at_body() const noexcept {
  if (size_.framing != framing::chunked) return 0;
  body_reader reader(size_);
  std::string_view bytes = v_.in.bytes();
  while (!reader.next(bytes).empty()) continue;
  return reader.is_bad() ? 400 : 0;
}

void exchanging::begin() {
  site_ = in_.site_now();
  connection from(v_.peer, in_.to_visitors ? transport::tls : transport::plain);
  from.takes_chunks = asked_.minor > 0;
  drop_doubles(asked_.fields);
  const std::int64_t now = current_time(*site_->site);
  if (in_.told.observe) {
    fields shadow;
    shadow.borrow(asked_.fields);
    visit_.emplace(site_->site->begin(asked_.method, asked_.target, shadow, from, now));
  } else {
    visit_.emplace(site_->site->begin(asked_.method, asked_.target, asked_.fields, from, now));
  }
  const std::string_view upgrade = asked_.fields.first("Upgrade");
  const bool is_websocket = ascii_text::same(upgrade, "websocket") && asked_.fields.count("Upgrade") == 1;
  said_ = take_hop(asked_.fields);
  upgrades_ =
      said_.upgrade && is_websocket && asked_.minor > 0 && asked_.method == "GET" && size_.framing == framing::none;
  stays_ = asked_.minor > 0 ? !said_.close : said_.keep_alive;
}

asio::awaitable<bool> exchanging::refuse(unsigned status) {
  status_ = status;
  if (is_read_ && !visit_) begin();
  const own_reply no = failure(status);
  const std::string head = own_head(no, false, asked_.minor, in_.date.now());
  const std::string_view parts[] = {head, is_head_ ? std::string_view() : no.body};
  v_.line.write_until(steady_clock::now() + std::chrono::seconds(2));
  co_await v_.line.write(parts);
  co_return false;
}

/// The body, as far as Abide's own pages read it; stays_ becomes false if there is more.
asio::awaitable<std::string> exchanging::form() {
  std::string body;
  const std::size_t most = visit_->body_limit();
  body_reader reader(size_);
  if (most > 0 && expects_ && size_.framing != framing::none && v_.in.bytes().empty())
    co_await v_.line.write("HTTP/1.1 100 Continue\r\n\r\n");
  v_.line.read_until(steady_clock::now() + in_.told.most.header);
  while (most > 0 && !reader.has_ended() && !reader.is_bad() && body.size() <= most) {
    std::string_view bytes = v_.in.bytes();
    for (auto piece = reader.next(bytes); !piece.empty(); piece = reader.next(bytes)) body.append(piece);
    v_.in.take_until(bytes);
    if (reader.has_ended() || reader.is_bad()) break;
    const std::size_t size = co_await v_.line.read(v_.in.room());
    v_.in.received(size);
    if (size == 0) break;
  }
  v_.line.read_until(never);
  if (most > 0 && !reader.has_ended()) {
    stays_ = false;
    if (body.size() <= most) body.clear();  // a part of a form is not a form
  }
  co_return body;
}

/// Answers the request if it is for one of Abide's own pages; returns whether it was.
asio::awaitable<bool> exchanging::answered(bool& stay) {
  const bool is_theirs = visit_->body_limit() > 0;
  const std::string body = co_await form();
  effect wanted = visit_->answer(asked_.method, asked_.target, asked_.fields, body);
  while (wanted) {
    const bool is_save = wanted.kind == effect_kind::save;
    const instant since = steady_clock::now();
    effect_result result = co_await carried(in_, *visit_->log(), std::move(wanted));
    if (is_save) in_.counts.add_save(result.saved.status, steady_clock::now() - since);
    wanted = visit_->resume(std::move(result), asked_.fields);
  }
  hand_over(*visit_);
  auto reply = visit_->take_reply();
  if (!reply) co_return false;
  if (is_theirs && !visit_->log() && reply->status < 400) in_.counts.unrecorded.add();
  if (!is_theirs && size_.framing != framing::none) stays_ = false;  // its body was not read
  stay = co_await send_own(std::move(*reply));
  co_return true;
}

asio::awaitable<bool> exchanging::send_own(own_reply reply) {
  const bool stay = stays();
  status_ = reply.status;
  const std::string head = own_head(reply, stay, asked_.minor, in_.date.now());
  const std::string_view parts[] = {head, is_head_ ? std::string_view() : reply.body};
  co_return co_await v_.line.write(parts) && stay;
}

/// The proxy's reply if the application sends none. Once the exchange has begun, it is a page of the site like any
/// other.
own_reply exchanging::failure(unsigned status) {
  if (!site_) site_ = in_.site_now();
  fields begun;
  const std::string_view section = v_.section.empty() ? v_.in.bytes() : std::string_view(v_.section);
  if (!is_read_) read_begun_fields(section, begun);
  if (!is_read_) is_head_ = section.starts_with("HEAD ");
  own_reply made = failure_reply(status, site_->site->settings(), is_read_ ? asked_.fields : begun, !visit_);
  if (!visit_) return made;
  if (in_.told.observe) {
    visit_->abandon();
    return made;
  }
  fields of;
  for (const auto& [name, value] : made.fields) of.add(name, value);
  visit_->finish(status, of, &made.body);
  hand_over(*visit_);
  made.fields.clear();
  for (const field& each : of.all()) made.fields.emplace_back(each.name, each.value);
  return made;
}

asio::awaitable<bool> exchanging::fail(unsigned status) {
  own_reply page = failure(status);
  if (size_.framing != framing::none) stays_ = false;
  co_return co_await send_own(std::move(page));
}

bool exchanging::is_safe() const noexcept {
  return size_.framing == framing::none && (asked_.method == "GET" || is_head_ || asked_.method == "OPTIONS");
}

void exchanging::write_request() {
  fields& of = asked_.fields;
  if (asked_.minor == 0) of.erase("Expect");
  if (of.count("Host") == 0) of.add("Host", authority_of(in_.told.to));
  // Abide inserts into pages that arrive uncompressed; otherwise they would have to be decompressed here.
  if (!in_.told.observe && visit_->may_be_page()) of.replace("Accept-Encoding", "identity");
  tell_approach({v_.peer, in_.to_visitors != nullptr, asked_.minor}, site_->proxies, of);
  visit_->tell_backend(of);
  add_via(asked_.minor, of);
  v_.text.clear();
  append_head(asked_, {size_.framing == framing::chunked, upgrades_}, v_.text);
}

/// Sends the request with the part of its body that has arrived, and passes the answer on.
asio::awaitable<came> exchanging::converse(backend& b, upload& sent, download& answer) {
  outgoing out;
  out.head(v_.text);
  std::string_view bytes = v_.in.bytes();
  const bool chunked = size_.framing == framing::chunked;
  if (size_.framing != framing::none) out.gather(sent.reader, bytes, chunked);
  if (sent.is_too_large()) {
    sent.refusal = 413;
    co_return came::broken;
  }
  if (chunked && sent.reader.has_ended()) out.last_chunk();
  b.line.write_until(steady_clock::now() + in_.told.most.response);
  const bool is_heard = co_await b.line.write(out.parts());
  b.line.write_until(never);
  v_.in.take_until(bytes);
  b.line.read_until(steady_clock::now() + in_.told.most.response);
  if (!sent.reader.has_ended() && is_heard) {
    b.line.read_until(never);  // the application may wait for the rest
    sent.start(b);
  } else {
    b.line.expect_nothing_yet();
  }
  co_return co_await answer.pass();
}

/// Whether the visitor's connection stays open; nothing: try again on a new connection.
asio::awaitable<std::optional<bool>> exchanging::talk(bool fresh) {
  no_backend why;
  auto taken = co_await in_.pool.take(fresh, why);
  if (!taken) co_return co_await fail(why == no_backend::slow ? 504 : why == no_backend::full ? 503 : 502);
  lease of(in_.pool, std::move(taken));
  backend& b = *of;
  const bool was_used = b.uses++ > 0;
  upload sent(in_, v_, size_);
  download answer(in_, v_, b, {&*visit_, is_head_, upgrades_, expects_, asked_.minor, stays_}, sent);
  const together until_one_ends(v_.line, b.line);
  const came became = co_await converse(b, sent, answer);
  if (v_.line.has_left()) sent.visitor_left = true;
  status_ = answer.status();
  inserted_ = answer.has_inserted();
  if (became != came::whole) b.line.cut();
  of.keep = answer.is_kept();
  if (became == came::whole && answer.stays()) co_return true;
  if (became == came::nothing && was_used && !fresh && is_safe() && !sent.visitor_left) co_return std::nullopt;
  const bool is_unanswered = became == came::nothing || became == came::broken || became == came::late;
  if (became == came::cut_off) {  // the visitor must not take it for complete
    if (answer.ends_with_connection()) v_.line.reset();
    else v_.line.cut();
  }
  if (is_unanswered && sent.refusal == 0 && !sent.visitor_left) {
    const bool must_close = sent.is_running();
    if (must_close) stays_ = false;
    const bool stay = co_await fail(became == came::late ? 504 : 502);
    co_await sent.end();
    co_return stay && !must_close;
  }
  co_await sent.end();
  if (is_unanswered && sent.refusal > 0) co_return co_await refuse(sent.refusal);
  if (is_unanswered) visit_->abandon();
  co_return false;
}

asio::awaitable<bool> exchanging::forward() {
  write_request();
  auto stay = co_await talk(false);
  if (!stay) stay = co_await talk(true);
  co_return stay.value_or(false);
}

asio::awaitable<bool> exchanging::serve(unsigned refused) {
  if (refused == 0) refused = look_at_request();
  if (refused > 0) co_return co_await refuse(refused);
  begin();
  bool stay = false;
  if (!in_.told.observe && co_await answered(stay)) co_return stay;
  co_return co_await forward();
}

/// Counts the exchange, and logs it.
void exchanging::note() {
  const auto took = steady_clock::now() - began_;
  const bool asks = inserted_ && visit_->decision().notice != notice::none;
  in_.counts.add_answer(status_, took);
  if (visit_) in_.counts.add_exchange(*visit_, asks);
  if (!in_.of.journal) return;
  add_line({asked_.method, status_, took, visit_ ? &*visit_ : nullptr, asks}, in_.lines);
  if (in_.lines.size() > journal::enough) in_.write_lines();
}

asio::awaitable<bool> exchanging::run() {
  const unsigned refused = co_await read_head();
  if (refused == 1) co_return false;
  began_ = steady_clock::now();
  v_.line.write_within(in_.visitors_patience());
  const bool stay = co_await serve(refused);
  note();
  co_return stay;
}

}  // namespace

asio::awaitable<bool> exchange(worker& in, visitor& v) {
  exchanging one(in, v);
  co_return co_await one.run();
}

}  // namespace abide::detail::proxy
