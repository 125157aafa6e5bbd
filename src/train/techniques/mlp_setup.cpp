#include "train/techniques/mlp_setup.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/text.hpp"
#include "train/objectives.hpp"
#include "train/sgd_rows.hpp"

namespace quern::network {

namespace {

constexpr std::size_t most_parameters = 100'000'000;
constexpr double products_of_part = 2e6;  // below which another process costs more than it brings
constexpr std::size_t least_part_rows = 32;
constexpr double usual_steps = 20'000, fewest_epochs = 10, most_epochs = 200;

std::vector<std::size_t> widths_of(const MlpOptions& options, std::size_t features, std::size_t classes) {
  std::vector<std::size_t> widths{features};
  for (const std::int64_t units : options.hidden_layers) widths.push_back(static_cast<std::size_t>(units));
  widths.push_back(classes > 2 ? classes : 1);
  double parameters = 0;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l)
    parameters += static_cast<double>(padded(widths[l])) * static_cast<double>(padded(widths[l + 1]));
  if (parameters > static_cast<double>(most_parameters))
    throw InvalidInput(
        concat("mlp: a network of ", parameters, " weights is too large (at most ", most_parameters, ")"),
        "Use fewer hidden units, or fewer features.", Fault::limit_exceeded);
  return widths;
}

Activation activation_of(std::string_view name) {
  return name == "relu" ? Activation::relu : name == "tanh" ? Activation::tanh : Activation::sigmoid;
}

}  // namespace

MlpOptions read_mlp_options(std::string_view text) {
  MlpOptions options;
  read_options("mlp", text, options);
  if (options.hidden_layers.size() > 100)
    throw InvalidInput(
        concat("mlp: there are ", options.hidden_layers.size(), " hidden_layers, and at most 100 are supported"), {},
        Fault::limit_exceeded);
  return options;
}

MlpSetup::MlpSetup(const JobSpec& given, const RowStore& store)
    : spec(given),
      options(read_mlp_options(given.options)),
      shape(widths_of(options, store.format().features, given.classes), activation_of(options.activation)),
      binary(given.classes == 2),
      single(options.arithmetic == "float4") {
  if (spec.classes == 1)
    throw InvalidInput("mlp: the target is the same in all rows", "A classifier needs rows of two classes.");
  if (!options.feature_names.empty() && options.feature_names.size() != features())
    throw InvalidInput(
        concat("mlp: there are ", options.feature_names.size(), " feature_names for ", features(), " features"));
  TrainOptions none;
  objective = make_objective(binary             ? "logistic_regression"
                             : spec.classes > 2 ? "multinomial_regression"
                                                : "linear_regression",
                             {}, spec.classes, none);

  const auto batch = static_cast<std::size_t>(options.batch_size);
  const double work = static_cast<double>(std::min<std::uint64_t>(batch, store.rows())) * shape.multiplications();
  parts = store.sequential() ? 1
                             : static_cast<std::size_t>(std::clamp(
                                   std::min(work / products_of_part, static_cast<double>(batch / least_part_rows)), 1.0,
                                   static_cast<double>(most_shards)));
  part_rows = (batch + parts - 1) / parts;
  std::uint64_t bytes = 0;
  for (const RowStore::Block& block : store.blocks()) bytes += block.bytes;
  const std::uint64_t row_bytes = bytes / std::max<std::uint64_t>(store.rows(), 1) + 1;
  group_bytes = std::max<std::size_t>(group_bytes_of(options.order),
                                      std::min<std::uint64_t>(2 * part_rows * row_bytes, bytes + usual_block_bytes));
  const double steps = std::ceil(static_cast<double>(store.rows()) / static_cast<double>(batch));
  epochs = options.max_iter > 0 ? options.max_iter
                                : static_cast<std::int64_t>(std::clamp(std::ceil(usual_steps / std::max(steps, 1.0)),
                                                                       fewest_epochs, most_epochs));

  const std::size_t weights = single ? (shape.size + 1) / 2 : shape.size;
  layout.slot_size = (mlp_body + std::max({weights, moment_count * features(), spec.classes}) + 7) / 8 * 8;
  shards = cut_shards(store, layout.slot_size);
  std::size_t end = 0;
  auto take = [&](std::size_t numbers) { return std::exchange(end, end + (numbers + 7) / 8 * 8); };
  layout.shift = take(features());
  layout.scale = take(features());
  layout.target = take(2);
  layout.classes = take(spec.classes);
  layout.weights = take(weights);
  layout.slots = take(std::max(shards.size(), parts) * layout.slot_size);
  layout.size = end;
}

}  // namespace quern::network
