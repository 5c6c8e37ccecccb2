#pragma once
// As much of JSON Schema 2020-12 as the policy's schema uses. A keyword it does not know fails the test: a schema must
// not say what nobody checks.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"  // GCC 12 sees ghosts in <regex> under sanitizers
#endif

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

namespace tests {

class json_schema {
 public:
  explicit json_schema(nlohmann::json schema) : root_(std::move(schema)) { know(root_); }

  bool accepts(const nlohmann::json& value) const { return fits(root_, value); }

 private:
  using json = nlohmann::json;

  static void know(const json& schema) {
    static const std::set<std::string> keywords{"$schema",
                                                "$defs",
                                                "$ref",
                                                "title",
                                                "description",
                                                "default",
                                                "examples",
                                                "format",
                                                "type",
                                                "enum",
                                                "const",
                                                "pattern",
                                                "minimum",
                                                "maximum",
                                                "minItems",
                                                "minLength",
                                                "items",
                                                "properties",
                                                "anyOf",
                                                "required",
                                                "if",
                                                "then",
                                                "additionalProperties",
                                                "propertyNames",
                                                "minProperties"};
    for (const auto& [keyword, value] : schema.items()) {
      if (!keywords.count(keyword)) throw std::logic_error("schema keyword without a check: " + keyword);
      if (keyword == "properties" || keyword == "$defs")
        for (const auto& inner : value) know(inner);
      if (keyword == "items" || keyword == "if" || keyword == "then" || keyword == "propertyNames") know(value);
      if (keyword == "additionalProperties" && value.is_object()) know(value);
      if (keyword == "anyOf")
        for (const auto& inner : value) know(inner);
    }
  }

  bool fits(const json& schema, const json& value) const {
    for (const auto& [keyword, asked] : schema.items())
      if (!fits_keyword(schema, keyword, asked, value)) return false;
    return true;
  }

  bool fits_keyword(const json& schema, const std::string& keyword, const json& asked, const json& value) const {
    if (keyword == "$ref") return fits(root_.at(json::json_pointer(asked.get<std::string>().substr(1))), value);
    if (keyword == "type") return has_type(asked, value);
    if (keyword == "enum") return std::find(asked.begin(), asked.end(), value) != asked.end();
    if (keyword == "const") return asked == value;
    if (keyword == "anyOf") return fits_any(asked, value);
    if (keyword == "if") return !fits(asked, value) || fits(schema.at("then"), value);
    if (value.is_string()) return fits_text(keyword, asked, value.get<std::string>());
    if (value.is_number()) return fits_number(keyword, asked, value.get<double>());
    if (value.is_array()) return fits_list(keyword, asked, value);
    if (value.is_object()) return fits_object(schema, keyword, asked, value);
    return true;
  }

  static bool has_type(const json& asked, const json& value) {
    if (asked.is_array())
      return std::any_of(asked.begin(), asked.end(), [&](const json& one) { return has_type(one, value); });
    if (asked == "integer") return value.is_number() && value.get<double>() == std::floor(value.get<double>());
    if (asked == "number") return value.is_number();
    return asked == value.type_name();
  }

  bool fits_any(const json& asked, const json& value) const {
    return std::any_of(asked.begin(), asked.end(), [&](const json& one) { return fits(one, value); });
  }

  static const std::regex& compiled(const std::string& pattern) {
    static std::map<std::string, std::regex> known;
    const auto at = known.find(pattern);
    return at != known.end() ? at->second : known.emplace(pattern, std::regex(pattern)).first->second;
  }

  static bool fits_text(const std::string& keyword, const json& asked, const std::string& text) {
    if (keyword == "pattern") return std::regex_search(text, compiled(asked.get<std::string>()));
    if (keyword == "minLength") return text.size() >= asked.get<std::size_t>();
    return true;
  }

  static bool fits_number(const std::string& keyword, const json& asked, double number) {
    if (keyword == "minimum") return number >= asked.get<double>();
    if (keyword == "maximum") return number <= asked.get<double>();
    return true;
  }

  bool fits_list(const std::string& keyword, const json& asked, const json& list) const {
    if (keyword == "minItems") return list.size() >= asked.get<std::size_t>();
    if (keyword != "items") return true;
    return std::all_of(list.begin(), list.end(), [&](const json& item) { return fits(asked, item); });
  }

  bool fits_object(const json& schema, const std::string& keyword, const json& asked, const json& object) const {
    if (keyword == "required")
      return std::all_of(asked.begin(), asked.end(),
                         [&](const json& key) { return object.contains(key.get<std::string>()); });
    if (keyword == "minProperties") return object.size() >= asked.get<std::size_t>();
    if (keyword == "propertyNames") return fits_names(asked, object);
    if (keyword == "additionalProperties" && asked.is_object())
      return std::all_of(object.begin(), object.end(), [&](const json& inner) { return fits(asked, inner); });
    if (keyword == "additionalProperties") return asked.get<bool>() || has_only(schema.at("properties"), object);
    if (keyword != "properties") return true;
    for (const auto& [key, inner] : asked.items())
      if (object.contains(key) && !fits(inner, object[key])) return false;
    return true;
  }

  bool fits_names(const json& asked, const json& object) const {
    for (const auto& [key, value] : object.items())
      if (!fits(asked, key)) return false;
    return true;
  }

  static bool has_only(const json& properties, const json& object) {
    for (const auto& [key, value] : object.items())
      if (!properties.contains(key)) return false;
    return true;
  }

  json root_;
};

}  // namespace tests
