#pragma once
// Private to beast.hpp: access to the bodies of Beast's messages.
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>

namespace abide::beast_detail {

/// Contiguous characters: std::string with any allocator, std::vector<char>, span.
template <class T>
concept contiguous = requires(const T& body) {
  { body.size() } -> std::convertible_to<std::size_t>;
  requires sizeof(*body.data()) == 1 && std::is_pointer_v<decltype(body.data())>;
};

/// Contiguous characters that can be replaced.
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
  body.max_size();
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

/// Reads at most `max` bytes from the file's position.
template <filed T>
std::string rest_of_file(T& body, std::uint64_t max) {
  boost::beast::error_code error;
  std::string text(static_cast<std::size_t>(max), '\0');
  std::size_t got = 0;
  while (!error && got < text.size()) {
    const std::size_t n = body.file().read(text.data() + got, text.size() - got, error);
    if (n == 0) break;
    got += n;
  }
  text.resize(error ? 0 : got);
  return text;
}

/// The first `max` bytes of a body to send. Reads a file from its position, as Beast does.
template <readable T>
std::string text_of(T& body, std::size_t max) {
  if constexpr (contiguous<T>) {
    return std::string(reinterpret_cast<const char*>(body.data()), std::min<std::size_t>(body.size(), max));
  } else if constexpr (filed<T>) {
    return body.is_open() ? rest_of_file(body, std::min<std::uint64_t>(body.size(), max)) : std::string();
  } else {
    std::string text(std::min(boost::asio::buffer_size(body.data()), max), '\0');
    boost::asio::buffer_copy(boost::asio::buffer(text), body.data());
    return text;
  }
}

/// The first `max` bytes of a received body. Restores a file's position.
template <readable T>
std::string received_text(T& body, std::size_t max) {
  if constexpr (filed<T>) {
    boost::beast::error_code error;
    if (!body.is_open()) return {};
    const std::uint64_t end = body.file().pos(error);
    body.file().seek(0, error);
    if (error) return {};
    std::string text = rest_of_file(body, std::min<std::uint64_t>(end, max));
    body.file().seek(end, error);
    return text;
  } else {
    return text_of(body, max);
  }
}

/// Replaces the bytes of a body. Returns false and changes nothing if they do not fit.
template <class T>
requires(assignable<T> || buffered<T>) bool assign(T& body, const std::string& text) {
  if constexpr (assignable<T>) {
    body.assign(text.begin(), text.end());
  } else {
    if (text.size() > body.max_size()) return false;
    body.consume(boost::asio::buffer_size(body.data()));
    body.commit(boost::asio::buffer_copy(body.prepare(text.size()), boost::asio::buffer(text)));
  }
  return true;
}

}  // namespace abide::beast_detail
