#pragma once
// The whole core. Standard C++17, no heap and no exceptions on any path.
//
// Structs are plain values that may grow: value-initialise them, then set members by name or by designated initialisers
// in order. A minor version may add members at the end, whose default keeps the earlier behaviour; the SOVERSION
// changes with it. Texts and pointers in structs are views: who fills a struct keeps the viewed bytes alive as long as
// the struct is used. Texts that functions return live for ever, unless their comment says otherwise.
//
// Threads: there is no global state, and nothing blocks. Every function may be called from every thread; an object that
// one thread writes must not be used by another meanwhile. A policy, once made, may be read by any number of threads.
#include "abide/catalog.hpp"
#include "abide/category.hpp"
#include "abide/choosing.hpp"
#include "abide/cookie.hpp"
#include "abide/decision.hpp"
#include "abide/describing.hpp"
#include "abide/filter.hpp"
#include "abide/jurisdiction.hpp"
#include "abide/policy.hpp"
#include "abide/record.hpp"
#include "abide/request.hpp"
#include "abide/service.hpp"
#include "abide/signal.hpp"
#include "abide/version.h"
