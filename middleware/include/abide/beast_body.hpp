#pragma once
// Private to beast.hpp: what Abide can do with the bodies of Beast's messages.
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>

namespace abide::beast_detail {

/// Characters in one piece: std::string of any allocator, std::vector<char>, span.
template <class T>
concept contiguous = requires(const T& body) {
  { body.size() } -> std::convertible_to<std::size_t>;
  requires sizeof(*body.data()) == 1 && std::is_pointer_v<decltype(body.data())>;
};

/// The same, and it can be given other bytes.
template <class T>
concept assignable = contiguous<T> && requires(T& body, const char* bytes) {
  body.assign(bytes, bytes);
};

/// Beast's buffers: flat_buffer, multi_buffer, any DynamicBuffer.
template <class T>
concept buffered = requires(T& body, std::size_t size) {
  boost::asio::buffer_size(body.data());
  body.commit(size);
  body.consume(size);
  body.prepare(size);
};

/// Beast's file bodies.
template <class T>
concept filed = requires(T& body, boost::beast::error_code& error, char* bytes) {
  body.file().seek(0u, error);
  body.file().read(bytes, std::size_t{1}, error);
  { body.is_open() } -> std::convertible_to<bool>;
  { body.size() } -> std::convertible_to<std::uint64_t>;
};

template <class T>
concept readable = contiguous<T> || buffered<T> || filed<T>;

/// The bytes of a body, at most `max`. A file is left where it began.
template <readable T>
std::string text_of(T& body, std::size_t max) {
  if constexpr (contiguous<T>) {
    return std::string(reinterpret_cast<const char*>(body.data()), std::min<std::size_t>(body.size(), max));
  } else if constexpr (filed<T>) {
    std::string text;
    boost::beast::error_code error;
    if (!body.is_open()) return text;
    const std::uint64_t start = body.file().pos(error);
    text.resize(static_cast<std::size_t>(std::min<std::uint64_t>(body.size(), max)));
    std::size_t got = 0;
    while (!error && got < text.size()) {
      const std::size_t n = body.file().read(text.data() + got, text.size() - got, error);
      if (n == 0) break;
      got += n;
    }
    text.resize(got);
    body.file().seek(start, error);
    return text;
  } else {
    std::string text(std::min(boost::asio::buffer_size(body.data()), max), '\0');
    boost::asio::buffer_copy(boost::asio::buffer(text), body.data());
    return text;
  }
}

/// Gives a body other bytes.
template <class T>
requires(assignable<T> || buffered<T>) void assign(T& body, const std::string& text) {
  if constexpr (assignable<T>) {
    body.assign(text.begin(), text.end());
  } else {
    body.consume(boost::asio::buffer_size(body.data()));
    body.commit(boost::asio::buffer_copy(body.prepare(text.size()), boost::asio::buffer(text)));
  }
}

}  // namespace abide::beast_detail
