#include "matrix/expression/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/features.hpp"
#include "linalg/backend.hpp"
#include "matrix/product.hpp"
#include "matrix/solve.hpp"
#include "matrix/sparse_operations.hpp"
#include "matrix/sparse_product.hpp"

namespace quern::expression {

namespace {

class Evaluation {
 public:
  Evaluation(const Plan& plan, std::span<const Value> inputs, const Refuse& refuse)
      : plan_(plan),
        inputs_(inputs),
        refuse_(refuse),
        owned_(static_cast<std::size_t>(plan.slots())),
        values_(static_cast<std::size_t>(plan.slots())) {
    for (std::int32_t i = 0; i < plan.nodes(); ++i)
      if (const Node& node = plan.graph[i]; node.op == Op::input && !node.sparse)
        values_[static_cast<std::size_t>(i)] = inputs[static_cast<std::size_t>(node.index)].dense.data();
  }

  Matrix run() {
    for (const Step& step : plan_.steps) {
      checkpoint();
      try {
        keep(step.to, result_of(step));
      } catch (const InvalidInput& e) {
        if (told_) throw;
        refuse_(place_of(step), e.what(), e.fault);
      }
      for (const std::int32_t slot : step.frees) owned_[static_cast<std::size_t>(slot)] = Matrix();
    }
    const Shape shape = plan_.graph.shape(plan_.root);
    Matrix& result = owned_[static_cast<std::size_t>(plan_.result)];
    if (!result.data_block()) return Matrix(MatrixView(shape, values_[static_cast<std::size_t>(plan_.result)]));
    result.reshape(shape);
    return std::move(result);
  }

 private:
  const Node& node(const Step& step) const { return plan_.graph[step.node]; }
  Place place_of(const Step& step) const { return node(step).place; }
  const double* data(std::int32_t slot) const { return values_[static_cast<std::size_t>(slot)]; }
  Shape shape(Ref ref) const { return plan_.graph.shape(ref); }

  void keep(std::int32_t slot, Matrix&& value) {
    Matrix& kept = owned_[static_cast<std::size_t>(slot)];
    kept = std::move(value);
    values_[static_cast<std::size_t>(slot)] = kept.data();
  }

  Matrix result_of(const Step& step) {
    const Node& of = node(step);
    switch (step.work) {
      case Work::loop:
        return loop(step, of);
      case Work::product:
        return product(step, of);
      case Work::double_product:
        return double_product(step, of);
      case Work::gram:
      case Work::outer_gram:
        return gram(step, of);
      case Work::transpose:
        return quern::transpose(MatrixView(of.shape, data(step.a.slot)));
      case Work::fill:
        return Matrix(of.shape, of.number);
      case Work::identity: {
        Matrix a(of.shape, 0);
        for (std::size_t i = 0; i < a.rows(); ++i) a(i, i) = 1;
        return a;
      }
      case Work::diagonal: {
        const MatrixView from(plan_.graph[of.a].shape, data(step.a.slot));
        Matrix a(of.shape);
        for (std::size_t i = 0; i < a.rows(); ++i) a.data()[i] = from(i, i);
        return a;
      }
      case Work::diagonal_matrix: {
        Matrix a(of.shape, 0);
        for (std::size_t i = 0; i < a.rows(); ++i) a(i, i) = data(step.a.slot)[i];
        return a;
      }
      case Work::solution:
        return solve(MatrixView(shape(of.a), data(step.a.slot)), MatrixView(shape(of.b), data(step.b.slot)));
      case Work::inverse:
        return inverse(MatrixView(shape(of.a), data(step.a.slot)));
      case Work::determinant:
        return Matrix({1, 1}, determinant(MatrixView(shape(of.a), data(step.a.slot))));
      case Work::dense:
        return to_dense(sparse(step.node));
      case Work::sparse:
        break;
    }
    return of_sparse(of.op, sparse(of.a.node));
  }

  const CsrView& sparse(std::int32_t node) const {
    return *inputs_[static_cast<std::size_t>(plan_.graph[node].index)].sparse;
  }

  static Matrix of_sparse(Op op, const CsrView& a) {
    switch (op) {
      case Op::row_sums:
        return row_sums(a);
      case Op::column_sums:
        return col_sums(a);
      case Op::diagonal:
        return diag(a);
      case Op::sum: {
        const Matrix rows = row_sums(a);
        return Matrix({1, 1}, std::accumulate(rows.data(), rows.data() + rows.size(), 0.0));
      }
      case Op::norm:
        return Matrix({1, 1}, norm(a, "fro"));
      default:
        return Matrix({1, 1}, *(op == Op::minimum ? least(a) : greatest(a)));
    }
  }

  Matrix loop(const Step& step, const Node& of) {
    std::vector<const double*> memory;
    for (const LoopOperand& operand : step.loop.operands)
      memory.push_back(operand.slot >= 0 ? data(operand.slot) : nullptr);
    Matrix to;
    if (step.over >= 0) {
      to = std::move(owned_[static_cast<std::size_t>(step.over)]);
      to.reshape(of.shape);
    } else {
      to = Matrix(of.shape);
    }
    run_loop(step.loop, memory, to.data(), step.over >= 0, of.place, refuse_loop_);
    return to;
  }

  Matrix product(const Step& step, const Node& of) {
    if (plan_.graph[of.a].sparse || plan_.graph[of.b].sparse) return sparse_product(step, of);
    Matrix c(of.shape);
    const Shape left = shape(of.a), right = shape(of.b);
    const MatrixView a(plan_.graph[of.a].shape, data(step.a.slot)), b(plan_.graph[of.b].shape, data(step.b.slot));
    if (right.columns == 1)
      linalg::gemv({.transpose = of.a.transposed,
                    .rows = a.rows(),
                    .columns = a.columns(),
                    .a = a.data(),
                    .lda = a.columns(),
                    .x = b.data(),
                    .y = c.data()});
    else if (left.rows == 1)
      linalg::gemv({.transpose = !of.b.transposed,
                    .rows = b.rows(),
                    .columns = b.columns(),
                    .a = b.data(),
                    .lda = b.columns(),
                    .x = a.data(),
                    .y = c.data()});
    else
      linalg::gemm({.transpose_a = of.a.transposed,
                    .transpose_b = of.b.transposed,
                    .m = c.rows(),
                    .n = c.columns(),
                    .k = static_cast<std::size_t>(left.columns),
                    .a = a.data(),
                    .lda = a.columns(),
                    .b = b.data(),
                    .ldb = b.columns(),
                    .c = c.data(),
                    .ldc = c.columns()});
    require_in_range("%*%", c, {a, b});
    return c;
  }

  // By blocks of rows that stay in the second-level cache between the two products.
  Matrix double_product(const Step& step, const Node& of) {
    constexpr std::size_t block_bytes = 256 << 10;
    const MatrixView a(plan_.shape_of(step.a.slot), data(step.a.slot));
    const MatrixView v({a.shape().columns, 1}, data(step.b.slot));
    const std::size_t columns = a.columns();
    const std::size_t most = std::clamp<std::size_t>(block_bytes / (8 * columns), 16, 4096);
    const auto gemv = a.size() >= (1 << 22) ? linalg::answering(&linalg::Backend::gemv) : linalg::gemv;
    Matrix c(of.shape, 0);
    std::vector<double> inner(most), outer(step.inner >= 0 ? most : 0);
    Loop loop = step.loop;
    std::vector<const double*> memory(loop.operands.size());
    for (std::size_t i = 0; i < a.rows(); i += most) {
      checkpoint();
      const std::size_t rows = std::min(most, a.rows() - i);
      const double* const part = a.data() + i * columns;
      const double* factor = inner.data();
      gemv({.rows = rows, .columns = columns, .a = part, .lda = columns, .x = v.data(), .y = inner.data()});
      require_in_range("%*%", MatrixView({static_cast<std::int64_t>(rows), 1}, factor), {a, v});
      if (step.inner >= 0) {
        loop.shape = {static_cast<std::int64_t>(rows), 1};
        for (std::size_t k = 0; k < memory.size(); ++k) {
          const LoopOperand& operand = loop.operands[k];
          memory[k] = static_cast<std::int32_t>(k) == step.inner ? inner.data()
                      : operand.slot < 0                         ? nullptr
                      : operand.kind == LoopOperand::Kind::full  ? data(operand.slot) + i
                                                                 : data(operand.slot);
        }
        run_loop(loop, memory, outer.data(), false, of.place, refuse_loop_);
        factor = outer.data();
      }
      gemv({.transpose = true,
            .rows = rows,
            .columns = columns,
            .a = part,
            .lda = columns,
            .x = factor,
            .beta = 1,
            .y = c.data()});
    }
    require_in_range("%*%", c, {a, v});
    return c;
  }

  // With compressed rows, which are turned first unless the other factor is a vector.
  Matrix sparse_product(const Step& step, const Node& of) {
    const auto turned = [&](Ref ref) {
      return ref.transposed ? quern::transpose(sparse(ref.node)) : copy_of(sparse(ref.node));
    };
    const auto dense = [&](Ref ref, const StepOperand& at) { return MatrixView(shape(ref), data(at.slot)); };
    Matrix c;
    if (plan_.graph[of.a].sparse && plan_.graph[of.b].sparse) {
      c = to_dense(quern::product(turned(of.a).view(), turned(of.b).view()));
    } else if (plan_.graph[of.a].sparse) {
      const MatrixView b = dense(of.b, step.b);
      const CsrView& a = sparse(of.a.node);
      if (b.columns() == 1)
        c = of.a.transposed ? quern::product(b.values(), a) : quern::product(a, b.values());
      else
        c = of.a.transposed ? quern::product(quern::transpose(a).view(), b) : quern::product(a, b);
    } else {
      const MatrixView a = dense(of.a, step.a);
      const CsrView& b = sparse(of.b.node);
      if (a.rows() == 1)
        c = of.b.transposed ? quern::product(b, a.values()) : quern::product(a.values(), b);
      else
        c = of.b.transposed ? quern::product(a, quern::transpose(b).view()) : quern::product(a, b);
    }
    c.reshape(of.shape);
    return c;
  }

  // The upper triangle, then the lower as its mirror. A t(A) is the sum over panels of columns, each turned.
  Matrix gram(const Step& step, const Node& of) {
    constexpr std::size_t panel = 256, tile = 32;
    Matrix c(of.shape);
    const MatrixView a(plan_.graph[of.b].shape, data(step.b.slot));
    linalg::Gram work{
        .n = c.rows(), .k = a.rows(), .a = a.data(), .lda = a.columns(), .c = c.data(), .ldc = c.columns()};
    if (step.work == Work::gram || a.columns() == 0) {
      if (step.work == Work::outer_gram) work.k = 0;
      linalg::gram(work);
    } else {
      Matrix turned({static_cast<std::int64_t>(std::min(panel, a.columns())), a.shape().rows});
      for (std::size_t j0 = 0; j0 < a.columns(); j0 += panel) {
        const std::size_t width = std::min(panel, a.columns() - j0);
        checkpoint();
        for (std::size_t i0 = 0; i0 < a.rows(); i0 += tile)
          for (std::size_t j = 0; j < width; ++j)
            for (std::size_t i = i0; i < std::min(i0 + tile, a.rows()); ++i) turned(j, i) = a(i, j0 + j);
        work.k = width;
        work.a = turned.data();
        work.lda = turned.columns();
        linalg::gram(work);
        work.beta = 1;
      }
    }
    for (std::size_t i0 = 0; i0 < c.rows(); i0 += tile) {
      checkpoint();
      for (std::size_t j0 = 0; j0 <= i0; j0 += tile)
        for (std::size_t i = i0; i < std::min(i0 + tile, c.rows()); ++i)
          for (std::size_t j = j0; j < std::min(j0 + tile, i); ++j) c(i, j) = c(j, i);
    }
    require_in_range("%*%", c, {a});
    return c;
  }

  const Plan& plan_;
  std::span<const Value> inputs_;
  const Refuse& refuse_;
  bool told_ = false;  // the place of what is thrown
  RefuseLoop refuse_loop_ = [this](const Place& place, std::string_view what) {
    told_ = true;
    refuse_(place, what, Fault::out_of_range);
  };
  std::vector<Matrix> owned_;
  std::vector<const double*> values_;
};

}  // namespace

Matrix evaluate(const Plan& plan, std::span<const Value> inputs, const Refuse& refuse) {
  return Evaluation(plan, inputs, refuse).run();
}

}  // namespace quern::expression
