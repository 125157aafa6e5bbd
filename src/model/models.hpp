// The headers behind registry.def.
#pragma once

#include "model/cox.hpp"
#include "model/crf.hpp"
#include "model/factorization_machine.hpp"
#include "model/gaussian_mixture.hpp"
#include "model/gaussian_naive_bayes.hpp"
#include "model/kalman.hpp"
#include "model/kmeans.hpp"
#include "model/linear.hpp"
#include "model/linear_svm.hpp"
#include "model/logistic.hpp"
#include "model/matrix_factorization.hpp"
#include "model/mlp.hpp"
#include "model/multinomial.hpp"
#include "model/negative_binomial.hpp"
#include "model/ordinal.hpp"
#include "model/pca.hpp"
