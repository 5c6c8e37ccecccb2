#pragma once
// The whole core. Standard C++17, no heap and no exceptions on any path.
//
// Structs are plain values that may grow: value-initialise them, then set members by name or by designated initialisers
// in order. A minor version may add members at the end, whose default keeps the earlier behaviour; the SOVERSION
// changes with it. Texts and pointers in structs are views: keep the viewed bytes alive for as long as the struct is
// used. Texts that functions return have static lifetime, unless their comment says otherwise.
//
// Threads: there is no global state, and nothing blocks. Any thread may call any function, but no thread may use an
// object while another thread writes it. Any number of threads may read a finished policy.
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
