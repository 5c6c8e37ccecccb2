#pragma once
// Answers a case of the corpus with abide.h only.
#include "corpus.hpp"

corpus::json answer_in_c(const corpus::one_case&);
