#pragma once
// The whole core. Standard C++17, no heap and no exceptions on any path.
//
// Structs are plain values that may grow: value-initialise them, then set members by name or by designated initialisers
// in order. A minor version may add members at the end, whose default means what was before; the SOVERSION changes with
// it. Texts and pointers in them are views: whoever fills a struct keeps what it views alive.
//
// Threads: there is no global state, and nothing blocks. Every function may be called from every thread; an object that
// one thread writes must not be used by another meanwhile. A policy, once made, may be read by any number of threads.
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
#include "abide/telling.hpp"
#include "abide/version.h"
