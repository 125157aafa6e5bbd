#include "uda/portfolio.hpp"

#include "base/text.hpp"
#include "uda/row_checks.hpp"
#include "uda/trained.hpp"

namespace quern {

namespace {

constexpr std::string_view learner = "portfolio";

std::string_view text_of(const Vec<char>& options) { return {options.data(), options.size()}; }

}  // namespace

void PortfolioState::configure() { trained::check_options(learner, options); }

void PortfolioState::accumulate(Features x, Weight w) {
  check_weight(learner, w.value);
  check_finite(learner, x);
  if (moments.width == 0) {
    check_width(learner, x.size(), PortfolioOptions::most_assets);
    if (!options.empty())
      check_feature_names(learner, read_portfolio_options(text_of(options)).feature_names, x.size());
  } else if (x.size() != static_cast<std::size_t>(moments.width)) {
    refuse_widths(learner, moments.width, static_cast<std::int64_t>(x.size()));
  }
  if (w.value > 0) moments.add(w.value, x);
}

void PortfolioState::merge(const PortfolioState& other) {
  const bool empty = moments.width == 0 && skipped == 0, other_empty = other.moments.width == 0 && other.skipped == 0;
  if (empty)
    options.assign(other.options.begin(), other.options.end());
  else if (!other_empty && options != other.options)
    throw InvalidInput("portfolio: states with different options cannot be merged");
  if (moments.width != 0 && other.moments.width != 0 && moments.width != other.moments.width)
    refuse_widths(learner, moments.width, other.moments.width);
  skipped += other.skipped;
  moments.merge(other.moments);
}

std::optional<Model> PortfolioState::fit() const {
  if (moments.count() < 2) return std::nullopt;
  WeightedMoments all = moments;
  all.fold();
  return portfolio_model(all, text_of(options), skipped, read_portfolio_options(text_of(options)).feature_names);
}

std::string PortfolioState::why_none() const {
  return moments.count() == 1 ? "portfolio: a covariance needs two rows, and there is one" : std::string();
}

}  // namespace quern
