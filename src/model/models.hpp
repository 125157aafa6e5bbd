// The headers behind registry.def.
#pragma once

#include "model/factorization_machine.hpp"
#include "model/gaussian_naive_bayes.hpp"
#include "model/linear.hpp"
#include "model/linear_svm.hpp"
#include "model/logistic.hpp"
#include "model/matrix_factorization.hpp"
#include "model/multinomial.hpp"
