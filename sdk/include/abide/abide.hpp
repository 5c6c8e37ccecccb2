#pragma once
// The whole core. Standard C++17, no heap and no exceptions on any path.
#include "abide/catalog.hpp"
#include "abide/category.hpp"
#include "abide/choosing.hpp"
#include "abide/cookie.hpp"
#include "abide/decision.hpp"
#include "abide/filter.hpp"
#include "abide/jurisdiction.hpp"
#include "abide/policy.hpp"
#include "abide/record.hpp"
#include "abide/request.hpp"
#include "abide/signal.hpp"
