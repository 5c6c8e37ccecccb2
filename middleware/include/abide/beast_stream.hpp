#pragma once
// Private to beast.hpp, except streamed_body: inserts into pages while they are sent.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional/optional.hpp>

#include "abide/beast_body.hpp"
#include "abide/site.hpp"

namespace abide {

namespace beast_detail {

/// The number of bytes from a file's position to the end that it had when it was opened; 0: not a file.
template <class T>
std::uint64_t size_of_rest([[maybe_unused]] T& body) {
  if constexpr (filed<T>) {
    boost::beast::error_code error;
    const std::uint64_t at = body.is_open() ? body.file().pos(error) : 0;
    return body.size() - std::min<std::uint64_t>(body.size(), at);
  }
  return 0;
}

}  // namespace beast_detail

/// A body together with the insertion into it while it is sent. Made by `streamed`. Must not outlive the site.
template <class Body>
struct streamed_body {
  /// Movable if the inner body is.
  struct value_type {
    typename Body::value_type inner;  ///< filled by the application
    page_insertion insertion;
  };

  /// Beast's concept of a BodyWriter.
  class writer {
   public:
    using const_buffers_type = boost::asio::const_buffer;

    template <bool is_request, class Fields>
    writer(boost::beast::http::header<is_request, Fields>& header, value_type& body)
        : left_(beast_detail::size_of_rest(body.inner)), inner_(header, body.inner), insertion_(body.insertion) {}

    void init(boost::beast::error_code& error) { inner_.init(error); }

    boost::optional<std::pair<const_buffers_type, bool>> get(boost::beast::error_code& error) {
      out_.clear();
      error = {};
      while (more_ && out_.empty()) {
        const auto next = inner_.get(error);
        // Of a file that is sent from the middle, Beast expects as many bytes as of a whole one.
        if (error == boost::beast::http::error::short_read && insertion_ && left_ == 0) error = {};
        if (error) return boost::none;
        if (next) take(next->first);
        more_ = next && next->second;
        if (!more_ && insertion_) insertion_.finish(out_);
      }
      if (out_.empty()) return boost::none;
      return std::make_pair(boost::asio::const_buffer(out_.data(), out_.size()), more_);
    }

   private:
    template <class Buffers>
    void take(const Buffers& buffers) {
      for (const boost::asio::const_buffer each : boost::beast::buffers_range_ref(buffers)) {
        const std::string_view chunk(static_cast<const char*>(each.data()), each.size());
        left_ -= std::min<std::uint64_t>(left_, chunk.size());
        if (insertion_) insertion_.feed(chunk, out_);
        else out_.append(chunk);
      }
    }

    std::uint64_t left_;  ///< of a file; 0: all of it was read, or the body is no file
    typename Body::writer inner_;
    page_insertion& insertion_;
    std::string out_;
    bool more_ = true;
  };
};

namespace beast_detail {

/// The first bytes of a body, before it is sent.
struct body_beginning {
  std::string bytes;
  bool is_whole = false;
};

inline constexpr std::size_t beginning_size = 4096;

template <filed T>
body_beginning beginning_of(T& body) {
  boost::beast::error_code error;
  if (!body.is_open()) return {};
  const std::uint64_t at = body.file().pos(error);
  body_beginning read{rest_of_file(body, std::min<std::uint64_t>(body.size(), beginning_size)), false};
  read.is_whole = read.bytes.size() == body.size();
  body.file().seek(at, error);
  return read;
}

template <contiguous T>
body_beginning beginning_of(T& body) {
  return {text_of(body, beginning_size), body.size() <= beginning_size};
}

inline body_beginning beginning_of(boost::beast::http::buffer_body::value_type& body) {
  if (!body.data) return {{}, !body.more};
  return {{static_cast<const char*>(body.data), std::min<std::size_t>(body.size, beginning_size)},
          !body.more && body.size <= beginning_size};
}

template <class T>
body_beginning beginning_of(T&) {
  return {};
}

/// Sets how a body of unknown size ends: in chunks or, for older clients, by closing the connection.
template <class Message>
void end_by_itself(Message& message, bool takes_chunks) {
  message.content_length(boost::none);
  message.chunked(takes_chunks && message.version() >= 11);
  if (message.chunked()) return;
  message.keep_alive(false);
}

}  // namespace beast_detail
}  // namespace abide
