#pragma once
// Answers a case of the corpus through abide.h alone.
#include "corpus.hpp"

corpus::json answer_in_c(const corpus::one_case&);
