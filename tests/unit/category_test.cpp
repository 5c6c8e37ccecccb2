#include "catch.hpp"
#include "words.hpp"

using namespace abide;

TEST_CASE("the four categories are in the order of the wire format") {
  CHECK(static_cast<int>(category::required) == 0);
  CHECK(static_cast<int>(category::analytics) == 1);
  CHECK(static_cast<int>(category::functional) == 2);
  CHECK(static_cast<int>(category::targeting) == 3);
  std::string names;
  for (const category c : categories) names += std::string(to_string(c)) + ' ';
  CHECK(names == "required analytics functional targeting ");
}

TEST_CASE("a category is found by its exact name only") {
  for (const category c : categories) CHECK(parse_category(to_string(c)) == c);
  for (const char* wrong :
       {"", "Required", "TARGETING", " analytics", "analytics ", "analytic", "functionals", "marketing"})
    CHECK_FALSE(parse_category(wrong).has_value());
  CHECK_FALSE(parse_category(std::string_view("required\0", 9)).has_value());
}

TEST_CASE("bit n of a set is the category with the value n") {
  category_set set;
  CHECK(set.empty());
  set.insert(category::analytics);
  CHECK(set.bits() == 2);
  set.insert(category::targeting);
  CHECK(set.bits() == 10);
  CHECK(set.contains(category::targeting));
  CHECK_FALSE(set.contains(category::required));
  CHECK_FALSE(set.empty());
  set.insert(category::targeting);
  CHECK(set.bits() == 10);
}

TEST_CASE("a set keeps no bits beyond the four categories") {
  CHECK(category_set(0xff).bits() == 15);
  CHECK(category_set(0xf0).empty());
}
