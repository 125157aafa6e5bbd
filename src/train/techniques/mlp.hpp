// A multilayer perceptron: a network of dense layers (network.hpp) for classes or numbers, by stochastic descent.
//
//   minimise  sum_i v_i loss(z(x_i), y_i) / sum_i v_i  +  l2/2 |W|^2
//
// The loss is that of logistic regression of the one output for two classes, of multinomial regression (softmax) for
// more, half the squared error for numbers. Columns, and y of a regression, are brought to mean 0 and deviation 1
// first, and weights are penalised as they stand behind that; the model has them in the user's columns.
//
// Every step is that of a synchronous mini-batch, cut into parts by the sizes of batch and network alone; processes
// take parts, and their gradients are added in order: the same bits whoever computed them. A network so small that a
// step is microseconds is trained by one process.
//
// Where it breaks: the problem is not convex, and the answer depends on the seed; a step that is too long diverges, and
// is refused with a hint. Rumelhart, Hinton, Williams, Nature 323, 1986; Kingma, Ba, ICLR 2015; He et al., ICCV 2015
// (first weights for relu); Glorot, Bengio, AISTATS 2010 (for tanh and sigmoid); Prechelt, Early Stopping, 1998.
#pragma once

#include "train/techniques/mlp_setup.hpp"

namespace quern {

class Mlp final : public Training {
 public:
  static TrainingPlan plan(std::string_view name, std::string_view options);

  Mlp(const JobSpec& spec, const RowStore& store) : rows_(static_cast<double>(store.rows())), setup_(spec, store) {}

  const JobSpec& spec() const override { return setup_.spec; }
  std::size_t board_size() const override { return setup_.layout.size; }
  std::size_t class_map() const override { return setup_.layout.classes; }
  std::size_t tasks() const override;
  double expected_seconds(double bytes) const override;
  std::vector<std::string> reasons() const override;
  std::unique_ptr<Worker> make_worker(RowStore& store, std::span<double> board) const override {
    return network::make_mlp_worker(setup_, store, board);
  }
  Model train(RowStore& store, Crew& crew, Observer& observer, const Description& description,
              const Model* start) const override;

 private:
  const double rows_;
  const network::MlpSetup setup_;
};

}  // namespace quern
