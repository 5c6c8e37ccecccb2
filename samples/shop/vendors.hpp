#pragma once
// The two stand-in vendors. Each is a separate web server under `*.localhost`, which browsers treat as another site on
// this machine: third-party pixels, tags and cookies work, and nothing leaves the computer.
#include <deque>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include "http.hpp"

namespace firwick {

class vendor {
 public:
  /// `cookie`: the name of its third-party cookie. `tag`: the script it serves.
  vendor(std::string name, std::string cookie, const std::filesystem::path& tag);

  ///   GET /tag.js       the script
  ///   GET /pixel.gif    43 bytes
  ///   POST /collect     a beacon
  ///   GET, DELETE /log  what arrived, as JSON; forgets it
  response handle(const request&);

 private:
  response log() const;
  void note(const request&);
  void recognise(const request&, response&) const;

  std::string name_, cookie_, tag_;
  std::deque<nlohmann::json> log_;
};

}  // namespace firwick
