// Reads policies, one JSON text a line, and says of each whether the loader takes it: 1 or 0. The argument stands for
// the policy's file: what a policy names is seen from its folder.
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
