#pragma once
// Passes the application's answer to the visitor.
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "proxy/framing.hpp"
#include "proxy/passing.hpp"
#include "proxy/upload.hpp"
#include "proxy/worker.hpp"

namespace abide::detail::proxy {

/// What the answer depends on in the request.
struct asked_for {
  abide::visit* visit = nullptr;
  bool is_head = false, upgrade = false, expects = false;
  unsigned minor = 1;
  bool stays = true;  ///< the visitor's connection may stay open, as far as the request says
};

enum class came : std::uint8_t {
  whole,    ///< both connections may stay open, as `kept` and `stays` say
  nothing,  ///< not a byte: the connection may have been closed while it was idle
  broken,   ///< before anything was sent to the visitor
  late,     ///< like broken, because of a deadline
  cut_off,  ///< in the middle of the answer
  tunnelled,
};

class download {
 public:
  download(worker& in, visitor& to, backend& from, asked_for asked, upload& sent)
      : in_(in), to_(to), from_(from), asked_(asked), sent_(sent) {}

  boost::asio::awaitable<came> pass();
  bool is_kept() const noexcept { return kept_; }       ///< the connection to the application
  bool stays() const noexcept { return asked_.stays; }  ///< the visitor's
  unsigned status() const noexcept { return status_; }  ///< the status sent to the visitor; 0: none
  /// The visitor takes the end of the connection for the end of the answer.
  bool ends_with_connection() const noexcept { return to_the_end_; }
  bool has_inserted() const noexcept { return static_cast<bool>(insertion_); }

 private:
  boost::asio::awaitable<came> read_head();
  boost::asio::awaitable<bool> read_more();
  boost::asio::awaitable<bool> interim();
  boost::asio::awaitable<came> upgraded();
  came broke() const noexcept { return from_.line.is_late() ? came::late : came::broken; }
  bool is_complete() noexcept;
  boost::asio::awaitable<came> read_beginning();
  boost::asio::awaitable<came> give_up();
  boost::asio::awaitable<came> pass_body();
  void finish_fields();
  void insert_from(fields&);
  void write_head(staying);
  void insert_what_is_there();
  void add_framing();
  boost::asio::awaitable<bool> send(std::span<const std::string_view>);

  worker& in_;
  visitor& to_;
  backend& from_;
  asked_for asked_;
  upload& sent_;
  std::string section_, head_, page_;
  response_head answer_;
  body_size size_;
  std::optional<body_reader> reader_;
  page_insertion insertion_;
  unsigned status_ = 0;
  bool kept_ = false, chunked_ = false, to_the_end_ = false, has_beginning_ = false;
};

}  // namespace abide::detail::proxy
