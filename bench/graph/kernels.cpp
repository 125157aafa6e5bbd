// The graph kernels alone, on one of GAP's serialized graphs or on a graph of its own, each timed as GAP times its own:
//
//   kernels FILE.sg|FILE.wsg|rmat:SCALE KERNEL... [--trials N]
//
// prints a line "KERNEL trial seconds" for every trial. KERNEL: pr, cc, bfs, sssp, tc, bc, and those that GAP lacks:
// lp, lcc, core, in (the lists the other way round), build (of the edges in random order, with the parts of it), memory
// (of the same, bytes an edge at the peak). Sources are those that GAP draws.
#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory_resource>
#include <random>
#include <string>
#include <vector>

#include "graph/build.hpp"
#include "graph/centrality.hpp"
#include "graph/communities.hpp"
#include "graph/generators.hpp"
#include "graph/random.hpp"
#include "graph/ranking.hpp"
#include "graph/shortest_paths.hpp"
#include "graph/structure.hpp"
#include "graph/traversal.hpp"

namespace {

using namespace quern;
using namespace quern::graph;

// Memory as the server gives it: huge pages for large pieces.
class Memory final : public std::pmr::memory_resource {
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    void* const p = std::pmr::new_delete_resource()->allocate(bytes, alignment);
    const std::uintptr_t from = (reinterpret_cast<std::uintptr_t>(p) + 4095) & ~std::uintptr_t{4095};
    if (bytes >= std::size_t{8} << 20)
      (void)madvise(reinterpret_cast<void*>(from),
                    (reinterpret_cast<std::uintptr_t>(p) + bytes - from) & ~std::size_t{4095}, MADV_HUGEPAGE);
    return p;
  }
  void do_deallocate(void* p, std::size_t bytes, std::size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(p, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

struct Read {
  bool directed = false;
  Lists out, in;

  Csr lists() const { return out.view(); }
  Csr turned() const { return directed ? in.view() : out.view(); }
};

// GAP's serialized graph: a byte (directed), the numbers of entries and of vertices, offsets, targets (each with its
// weight, in .wsg); of a directed graph then the same the other way round.
Read read_gap(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  const bool weighted = path.ends_with(".wsg");
  Read read;
  std::int64_t entries = 0, vertices = 0;
  file.read(reinterpret_cast<char*>(&read.directed), 1);
  file.read(reinterpret_cast<char*>(&entries), 8);
  file.read(reinterpret_cast<char*>(&vertices), 8);
  for (Lists* lists : {&read.out, read.directed ? &read.in : nullptr}) {
    if (!lists) continue;
    lists->offsets.resize(static_cast<std::size_t>(vertices) + 1);
    file.read(reinterpret_cast<char*>(lists->offsets.data()), 8 * (vertices + 1));
    std::vector<std::int32_t> raw(static_cast<std::size_t>(entries) * (weighted ? 2 : 1));
    file.read(reinterpret_cast<char*>(raw.data()), static_cast<std::streamsize>(4 * raw.size()));
    for (std::size_t e = 0; e < static_cast<std::size_t>(entries); ++e) {
      lists->targets.push_back(static_cast<Vertex>(raw[weighted ? 2 * e : e]));
      if (weighted) lists->weights.push_back(raw[2 * e + 1]);
    }
  }
  return read;
}

EdgeList rmat_edges(int scale) {
  RmatEdges edges(scale, 1);
  EdgeList list;
  const std::size_t count = std::size_t{16} << scale;
  list.sources.resize(count);
  list.targets.resize(count);
  for (std::size_t e = 0; e < count; ++e) {
    const auto [source, target] = edges.next();
    list.sources[e] = source;
    list.targets[e] = target;
  }
  return list;
}

// As GAP's kron: undirected, each edge once, no loops.
Read read_graph(const std::string& name) {
  if (!name.starts_with("rmat:")) return read_gap(name);
  BuildOptions options;
  options.directed = false;
  options.loops = false;
  options.multi = Multi::min;
  Read read;
  read.out = build(rmat_edges(std::stoi(name.substr(5))), options).out;
  return read;
}

// GAP's SourcePicker and UniDist.
class Sources {
 public:
  explicit Sources(const Csr& csr) : csr_(csr), random_(27491095) {
    const auto mod = static_cast<std::uint32_t>(csr.vertices());
    const auto remainder = static_cast<std::uint32_t>(std::mt19937_64::max() % mod);
    cutoff_ = remainder == mod - 1 ? 0 : static_cast<std::uint32_t>(std::mt19937_64::max() - remainder);
  }
  Vertex next() {
    Vertex v;
    do {
      auto drawn = static_cast<std::uint32_t>(random_());
      while (cutoff_ != 0 && drawn >= cutoff_) drawn = static_cast<std::uint32_t>(random_());
      v = drawn % static_cast<std::uint32_t>(csr_.vertices());
    } while (csr_.degree(v) == 0);
    return v;
  }

 private:
  Csr csr_;
  std::mt19937_64 random_;
  std::uint32_t cutoff_ = 0;
};

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Bench {
  Read graph;
  Sources sources;
  double sink = 0;  // so that nothing is optimised away

  explicit Bench(const std::string& name) : graph(read_graph(name)), sources(graph.lists()) {}

  void pr() {
    PageRankOptions options;
    options.tol = 1e-4;
    options.max_iter = 20;
    const Ranking ranking = pagerank(graph.lists(), graph.turned(), options);
    sink += ranking.values[0] + static_cast<double>(ranking.iterations);
  }
  void twenty() {
    PageRankOptions options;
    options.tol = 0;
    options.max_iter = 20;
    sink += pagerank(graph.lists(), graph.turned(), options).values[0];
  }
  void cc() { sink += connected_components(graph.lists(), graph.turned()).back(); }
  void cc_stream() { sink += connected_components(graph.lists()).back(); }
  void breadth() { sink += bfs(graph.lists(), graph.turned(), sources.next()).depth.back(); }
  void sssp() { sink += shortest_paths(graph.lists(), sources.next()).distance.back(); }
  void tc() { sink += static_cast<double>(triangle_counts(graph.lists()).back()); }
  void bc() {
    Vec<Vertex> four;
    for (int i = 0; i < 4; ++i) four.push_back(sources.next());
    sink += betweenness_from(graph.lists(), four).back();
  }
  void lp() { sink += label_propagation(graph.lists(), graph.turned(), graph.directed, 10).labels.back(); }
  void lcc() { sink += local_clustering(graph.lists()).back(); }
  void core() { sink += static_cast<double>(core_numbers(graph.lists()).back()); }
  void in() { sink += transpose(graph.lists()).targets.back(); }
};

const std::map<std::string, void (Bench::*)()> kernels = {
    {"pr", &Bench::pr},       {"pr20", &Bench::twenty}, {"cc", &Bench::cc},     {"cc_stream", &Bench::cc_stream},
    {"bfs", &Bench::breadth}, {"sssp", &Bench::sssp},   {"tc", &Bench::tc},     {"bc", &Bench::bc},
    {"lp", &Bench::lp},       {"lcc", &Bench::lcc},     {"core", &Bench::core}, {"in", &Bench::in}};

// --- building
// ---------------------------------------------------------------------------------------------------------

EdgeList edges_in_random_order(const std::string& name) {
  if (name.starts_with("rmat:")) return rmat_edges(std::stoi(name.substr(5)));
  if (name.starts_with("uniform:")) {  // so many edges, between a tenth as many vertices
    const auto count = static_cast<std::size_t>(std::stod(name.substr(8)));
    EdgeList list;
    Random random(1);
    list.sources.resize(count);
    list.targets.resize(count);
    for (std::size_t e = 0; e < count; ++e) {
      list.sources[e] = static_cast<std::int64_t>(random.below(count / 10));
      list.targets[e] = static_cast<std::int64_t>(random.below(count / 10));
    }
    return list;
  }
  const Read read = read_gap(name);
  EdgeList list;
  for (Vertex v = 0; v < read.out.offsets.size() - 1; ++v)
    for (const Vertex u : read.lists().neighbors(v)) {
      if (!read.directed && u < v) continue;
      list.sources.push_back(v);
      list.targets.push_back(u);
    }
  Random random(1);
  for (std::size_t e = list.size(); e > 1; --e) {
    const std::size_t other = random.below(e);
    std::swap(list.sources[e - 1], list.sources[other]);
    std::swap(list.targets[e - 1], list.targets[other]);
  }
  return list;
}

double high_water() {  // bytes
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return 1024 * std::stod(line.substr(6));
  return 0;
}

void forget_high_water() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << 5;
}

void bench_build(const std::string& name, int trials, bool memory) {
  for (const bool spread : {false, true}) {
    EdgeList edges = edges_in_random_order(name);
    if (spread)  // far apart: a hash table numbers them
      for (auto* list : {&edges.sources, &edges.targets})
        for (std::int64_t& id : *list) id *= 1'000'003;
    const auto count = static_cast<double>(edges.size());
    for (const bool directed : {true, false}) {
      BuildOptions options;
      options.directed = directed;
      const std::string what =
          std::string("build ") + (directed ? "directed" : "undirected") + (spread ? " hashed" : "");
      if (memory) {
        EdgeList once = std::move(edges);
        forget_high_water();
        Built built = build(std::move(once), options);
        std::printf(
            "%s bytes an edge %.1f, held %.1f\n", what.c_str(), high_water() / count,
            static_cast<double>(4 * built.out.targets.size() + 8 * (built.out.offsets.size() + built.ids.size())) /
                count);
        built = {};
        edges = edges_in_random_order(name);
        if (spread)
          for (auto* list : {&edges.sources, &edges.targets})
            for (std::int64_t& id : *list) id *= 1'000'003;
        continue;
      }
      for (int trial = 0; trial < trials; ++trial) {
        EdgeList copy = edges;
        Built built;
        const double seconds = seconds_of([&] { built = build(std::move(copy), options); });
        std::printf("%s trial %.6f  %.1f ns an edge\n", what.c_str(), seconds, 1e9 * seconds / count);
      }
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  static Memory memory;
  std::pmr::set_default_resource(&memory);
  try {
    int trials = 16;
    std::vector<std::string> names;
    for (int i = 1; i < count; ++i) {
      if (std::strcmp(arguments[i], "--trials") == 0)
        trials = std::atoi(arguments[++i]);
      else
        names.emplace_back(arguments[i]);
    }
    if (names.size() < 2)
      throw std::runtime_error("kernels FILE.sg|FILE.wsg|rmat:SCALE|uniform:EDGES KERNEL... [--trials N]");
    if (names[1] == "build" || names[1] == "memory") {
      bench_build(names[0], trials, names[1] == "memory");
      return 0;
    }
    Bench bench(names[0]);
    for (std::size_t k = 1; k < names.size(); ++k) {
      const auto kernel = kernels.at(names[k]);
      for (int trial = 0; trial < trials; ++trial) {
        const double seconds = seconds_of([&] { (bench.*kernel)(); });
        std::printf("%s trial %.6f\n", names[k].c_str(), seconds);
        std::fflush(stdout);
      }
    }
    return bench.sink == 42.125;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 2;
  }
}
