// The device behind the linear-algebra seam: a library with a table of functions (device_table.hpp), loaded by the
// process that first has work worth sending, and asked only by it.
//
// A device that is not there, has no memory left or fails in any other way means that the processor computes; the
// reason is kept for status(). After a failure the device is not asked again by itself in this process.
#pragma once

#include <string>
#include <vector>

#include "gpu/device_table.hpp"

namespace quern::gpu {

enum class Mode {
  automatic,   // what is expected to be done sooner there
  processor,   // nothing
  everything,  // every operation that the device has, however small
};

struct Settings {
  Mode mode = Mode::automatic;
  std::string library;                  // its path
  std::string driver = "libcuda.so.1";  // has to be there before the library is opened; empty: nothing
  // Told of the first failure where everything was asked for. May throw.
  void (*report)(const std::string& why) = nullptr;
  // Does checkpoint() have something to throw? For work that no exception can leave.
  bool (*interrupted)() = nullptr;
};

// From now on; other settings than before forget failures. A library once loaded stays.
void configure(const Settings& settings);
const Settings& settings();

struct Status {
  bool usable = false;
  std::string why_not;  // empty if usable
  std::vector<DeviceInfo> devices;
};
Status status();  // loads the library, whatever the mode

// Why the device did not do what it was asked for in this process, the last time; empty if that never happened.
const std::string& last_failure();
// How many operations it did.
std::size_t operations_done();

// Is the work expected to be done sooner by the device? Seconds by a model: the processor does 50 GFLOP/s a core
// (dgemm), the device 20 TFLOP/s, 8 GB/s between them (pageable memory) and 0.4 s for the first call of a process. The
// device has to be twice as fast.
bool pays(double flops, double bytes, bool open);

// c = a op b, or op(a), on the device; false: the processor has to.
bool elementwise(Elementwise op, std::size_t n, const double* a, const double* b, double* c);

void release();

}  // namespace quern::gpu
