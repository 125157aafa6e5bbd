// The options of a graph, as JSON gives them.
#pragma once

#include <string>
#include <string_view>

#include "base/options.hpp"
#include "graph/build.hpp"

namespace quern::graph {

struct GraphOptions {
  bool directed = true;
  std::string multi = "keep";
  bool loops = true;

  static constexpr auto options =
      std::tuple{Option("directed", &GraphOptions::directed),
                 Option("multi", &GraphOptions::multi, OneOf{{"keep", "sum", "min", "max"}}),
                 Option("loops", &GraphOptions::loops)};

  BuildOptions build_options() const {
    return {directed,
            multi == "sum"   ? Multi::sum
            : multi == "min" ? Multi::min
            : multi == "max" ? Multi::max
                             : Multi::keep,
            loops};
  }
};

// Empty text: the defaults.
inline BuildOptions parse_build_options(std::string_view function, std::string_view text) {
  return parse_options<GraphOptions>(function, text).build_options();
}

}  // namespace quern::graph
