#include "lines.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "command.hpp"

namespace abide::detail::cli {
namespace {

constexpr std::size_t chunk_size = 1 << 18;

// 0: end of input.
std::size_t read_some(std::vector<char>& chunk) {
  for (;;) {
    const ssize_t size = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "standard input");
  }
}

void write_all(std::string& out) {
  std::string_view rest = out;
  while (!rest.empty()) {
    const ssize_t size = ::write(STDOUT_FILENO, rest.data(), rest.size());
    if (size >= 0) rest.remove_prefix(static_cast<std::size_t>(size));
    else if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "standard output");
  }
  out.clear();
}

nlohmann::json read_object(std::string_view line) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  // The library would skip the mark, and take a NUL for the end of the line.
  if (line.starts_with(byte_order_mark) || line.find('\0') != std::string_view::npos) throw line_error("not JSON");
  nlohmann::json object = nlohmann::json::parse(line, nullptr, false);
  if (object.is_discarded()) throw line_error("not JSON");
  if (!object.is_object()) throw line_error("expected an object");
  return object;
}

}  // namespace

void each_line(const std::function<void(std::string_view, std::string&)>& answer) {
  std::vector<char> chunk(chunk_size);
  std::string begun, out;  // begun: a line whose end has not arrived yet
  const auto finish = [&](std::string_view line) {
    answer(line, out);
    if (out.size() >= chunk_size) write_all(out);
  };
  while (const std::size_t size = read_some(chunk)) {
    std::string_view rest(chunk.data(), size);
    for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
      if (begun.empty()) {
        finish(rest.substr(0, end));
        continue;
      }
      finish(begun.append(rest.substr(0, end)));
      begun.clear();
    }
    begun.append(rest);
    write_all(out);
  }
  if (!begun.empty()) finish(begun);
  write_all(out);
}

int answer_lines(const std::function<nlohmann::ordered_json(const nlohmann::json&)>& answer) {
  int status = ok;
  each_line([&](std::string_view line, std::string& out) {
    try {
      out += answer(read_object(line)).dump();
    } catch (const line_error& error) {
      out += nlohmann::ordered_json{{"error", error.what()}}.dump();
      status = some_line_bad;
    }
    out += '\n';
  });
  return status;
}

}  // namespace abide::detail::cli
