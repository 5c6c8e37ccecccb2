#pragma once
// Page templates: a small part of Mustache. There is no way to print a value unescaped.
//
//   {{name}} {{a.b}}       the value, HTML-escaped; {{.}} is the current item
//   {{#list}}...{{/list}}  once for every item, once for an object or a true value
//   {{^list}}...{{/list}}  when it is missing, empty or false
//   {{>page}}              another template; {{>page}} in a layout stands for the page that is rendered
//   {{svg hero}}           the drawing static/art/hero.svg, inline; {{svg .slug}} the drawing named by that value
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace firwick {

std::string escaped(std::string_view text);

class templates {
 public:
  /// Reads pages/*.html and static/art/*.svg below the folder. Throws std::runtime_error.
  explicit templates(const std::filesystem::path& root);

  /// The page inside the layout.
  std::string render(std::string_view layout, std::string_view page, const nlohmann::json& values) const;

 private:
  friend struct renderer;
  std::map<std::string, std::string, std::less<>> pages_, drawings_;
};

}  // namespace firwick
