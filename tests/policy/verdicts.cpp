// Reads policies, one JSON text per line, and prints for each whether the loader accepts it: 1 or 0. The argument
// stands for the policy's file: paths in a policy are relative to its folder.
#include <iostream>
#include <string>

#include "abide/config.hpp"

int main(int, char** arguments) {
  for (std::string line; std::getline(std::cin, line);) {
    try {
      abide::parse_config(line, arguments[1]);
      std::cout << "1\n";
    } catch (const abide::config_error&) {
      std::cout << "0\n";
    }
  }
}
