#include "train/techniques/gaussian_mixture_worker.hpp"

#include <algorithm>
#include <cmath>

#include "base/clones.hpp"
#include "linalg/elementary.hpp"
#include "train/techniques/row_sample.hpp"

// Multiply-adds fuse where the processor has them.
#pragma GCC optimize("fp-contract=fast")

namespace quern {

namespace {

// Less than this is no part of a component: of a billion rows they would not add up to a rounding error.
constexpr double least_responsibility = 1e-25;

// Numbers from one row of z to the next. Rows a power of two apart would fall on the same lines of the cache.
constexpr std::size_t stride_of(std::size_t numbers) {
  const std::size_t stride = (numbers + 7) / 8 * 8;
  return stride % 64 == 0 ? stride + 8 : stride;
}

QUERN_CLONES void standardize(const double* x, const double* shift, const double* scale, std::size_t features,
                              double* z) {
  for (std::size_t j = 0; j < features; ++j) z[j] = (x[j] - shift[j]) * scale[j];
}

QUERN_CLONES void square(const double* z, std::size_t features, double* to) {
  for (std::size_t j = 0; j < features; ++j) to[j] = z[j] * z[j];
}

// f, logarithms of weight times density, becomes v times the responsibilities. Returns the sum of v log of the density
// of the mixture.
template <class V>
[[gnu::always_inline]] inline double normalize(double* f, std::size_t count, std::size_t stride, const double* v) {
  double log_likelihood = 0;
  for (std::size_t i = 0; i < count; ++i, f += stride) {
    V largest = load<V>(f);
    for (std::size_t c = lanes<V>; c < stride; c += lanes<V>) largest = larger(largest, load<V>(f + c));
    double highest = largest[0];
    for (std::size_t l = 1; l < lanes<V>; ++l) highest = largest[l] > highest ? largest[l] : highest;
    V sums{};
    for (std::size_t c = 0; c < stride; c += lanes<V>) {
      const V t = exponential<V>(load<V>(f + c) - highest);
      sums += t;
      store<V>(f + c, t);
    }
    const double sum = sum_of(sums), factor = v[i] / sum;
    for (std::size_t c = 0; c < stride; c += lanes<V>) store<V>(f + c, load<V>(f + c) * factor);
    log_likelihood += v[i] * (highest + std::log(sum));
  }
  return log_likelihood;
}

[[gnu::target("arch=x86-64-v4,prefer-vector-width=512")]] double normalize_512(double* f, std::size_t count,
                                                                               std::size_t stride, const double* v) {
  return normalize<V8>(f, count, stride, v);
}
[[gnu::target("arch=x86-64-v3")]] double normalize_256(double* f, std::size_t count, std::size_t stride,
                                                       const double* v) {
  return normalize<V4>(f, count, stride, v);
}
double normalize_128(double* f, std::size_t count, std::size_t stride, const double* v) {
  return normalize<V2>(f, count, stride, v);
}

}  // namespace

MixtureWorker::MixtureWorker(const MixtureJob& job, RowStore& store, std::span<double> board)
    : job_(job),
      store_(store),
      board_(board),
      reader_({}, store, {}),
      tables_(job.runs),
      stride_(stride_of(std::max(job.sum_terms(), job.features + 1))),
      f_stride_((job.components + 7) / 8 * 8),
      z_(largest_batch * stride_ / 8),
      f_(largest_batch * f_stride_ / 8),
      wide_(store.format().narrow || store.format().sparse ? job.features : 0) {
  for (std::size_t i = 0; i < largest_batch; ++i) {
    z_rows_[i] = row(i);
    row(i)[job_.separable() ? job_.score_terms() : job_.features] = 1;
  }
}

void MixtureWorker::read_tables(std::size_t run) {
  Tables& tables = tables_[run];
  const std::size_t features = job_.features, terms = job_.score_terms();
  if (terms > 0)
    tables.scores.pack(board_.subspan(job_.columns(run), job_.components * terms),
                       board_.subspan(job_.constants(run), job_.components), terms);
  tables.factors.resize(job_.factors());
  for (std::size_t f = 0; f < job_.factors(); ++f) {
    const std::size_t at = job_.factor_at(run, f);
    tables.factors[f].pack(board_.subspan(at, features * features), board_.subspan(at + features * features, features),
                           features, 0);
  }
  tables.sums.assign(job_.components * job_.sum_terms() / 8, Line{});
  tables.triangles.assign(job_.triangles() * job_.triangle(), 0.0);
  tables.log_likelihood = tables.weight = 0;
}

void MixtureWorker::read_rows(const Batch& batch) {
  const RowFormat& format = *batch.format;
  const double* const shift = board_.data() + job_.layout.shift;
  const double* const scale = board_.data() + job_.layout.scale;
  count_ = batch.rows.size();
  for (std::size_t i = 0; i < count_; ++i) {
    if (i < batch.next.size() && !format.sparse)
      for (std::size_t at = 0; at < format.dense_row_size(); at += 64) __builtin_prefetch(batch.next[i] + at, 0, 2);
    v_[i] = weight_of(format, batch.rows[i]);
    const double* x;
    if (wide_.empty()) {
      x = dense_values<double>(format, batch.rows[i]).data();
    } else {
      write_row(format, batch.rows[i], wide_);
      x = wide_.data();
    }
    double* const z = row(i);
    standardize(x, shift, scale, job_.features, z);
    if (job_.separable()) square(z, job_.features, z + job_.features);
  }
}

// f_ becomes v times the responsibilities.
void MixtureWorker::score(Tables& tables, std::size_t run) {
  double* const f = f_.data()->values;
  if (job_.covariance == Covariance::full) {
    const double* const constants = board_.data() + job_.constants(run);
    for (std::size_t c = 0; c < f_stride_; ++c) {
      if (c < job_.components) tables.factors[c].squares(z_rows_, count_, square_);
      for (std::size_t i = 0; i < count_; ++i)
        f[i * f_stride_ + c] = c < job_.components ? constants[c] - square_[i] / 2 : -HUGE_VAL;
    }
  } else {
    tables.scores.multiply(z_rows_, count_, f);
  }
  const int bits = best_vector_bits();
  const auto function = bits == 512 ? normalize_512 : bits == 256 ? normalize_256 : normalize_128;
  const std::size_t stride = job_.covariance == Covariance::full ? f_stride_ : tables.scores.stride();
  tables.log_likelihood += function(f, count_, stride, v_);
  for (std::size_t i = 0; i < count_; ++i) tables.weight += v_[i];
  if (job_.covariance == Covariance::tied) {  // what is the same of all components
    tables.factors[0].squares(z_rows_, count_, square_);
    for (std::size_t i = 0; i < count_; ++i) tables.log_likelihood -= v_[i] * square_[i] / 2;
  }
}

void MixtureWorker::add_sums(Tables& tables) {
  const double* const r = f_.data()->values;
  if (job_.sum_terms() > 0)
    add_outer_products({.r = r,
                        .r_stride = tables.scores.stride(),
                        .outputs = job_.components,
                        .z = z_rows_[0],
                        .z_stride = stride_,
                        .width = job_.sum_terms(),
                        .count = count_,
                        .sums = tables.sums.data()->values});
  const double* kept[largest_batch];
  double h[largest_batch];
  for (std::size_t t = 0; t < job_.triangles(); ++t) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < count_; ++i) {
      const double weight = job_.covariance == Covariance::tied ? v_[i] : r[i * f_stride_ + t];
      if (weight < least_responsibility * v_[i]) continue;
      kept[n] = z_rows_[i];
      h[n++] = weight;
    }
    if (n > 0) add_weighted_squares({kept, h, n, job_.features + 1}, tables.triangles.data() + t * job_.triangle());
  }
}

void MixtureWorker::perform(const Command& command, std::size_t task) {
  const bool evaluate = static_cast<MixtureStep>(command.step) == MixtureStep::evaluate;
  std::vector<std::size_t> runs;
  for (std::size_t r = 0; r < job_.runs; ++r)
    if (evaluate || board_[job_.layout.active + r] != 0) {
      runs.push_back(r);
      read_tables(r);
    }
  each_batch(store_, reader_, job_.shards[task], 1, Rows::all, [&](const Batch& batch) {
    read_rows(batch);
    for (const std::size_t r : runs) {
      score(tables_[r], r);
      if (!evaluate) add_sums(tables_[r]);
    }
  });
  for (const std::size_t r : runs) {
    const Tables& tables = tables_[r];
    double* const part = board_.data() + job_.part(task, r);
    part[head_likelihood] = tables.log_likelihood;
    part[head_weight] = tables.weight;
    if (evaluate) continue;
    double* to = part + head_sums;
    for (const Line& line : tables.sums) to = std::copy_n(line.values, 8, to);
    std::ranges::copy(tables.triangles, to);
  }
}

}  // namespace quern
