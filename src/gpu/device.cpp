#include "gpu/device.hpp"

#include <dlfcn.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "linalg/backend.hpp"

namespace quern::gpu {

namespace {

// Never destroyed: the module registers no destructors.
struct Host {
  Settings settings;
  std::string loaded;            // the path `table` is from
  DeviceTable* table = nullptr;  // null: not opened, or refused
  std::string refusal;           // why the library cannot be used at all
  std::string failure;           // of an operation, which ends its use until something is configured anew
  std::size_t done = 0;
  bool tried = false;  // to open the library
  bool reported = false;
};

Host& host() {
  static Host* const it = new Host;
  return *it;
}

std::string last_error_of_dl() {
  const char* const error = dlerror();
  return error ? error : "unknown reason";
}

// The table of the library, or null and why.
DeviceTable* load(const Settings& settings, std::string& why) {
  if (settings.library.empty()) {
    why = "no device library is configured";
    return nullptr;
  }
  if (!settings.driver.empty() && !dlopen(settings.driver.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    why = concat("there is no driver: ", last_error_of_dl());
    return nullptr;
  }
  void* const library = dlopen(settings.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    why = concat("the device library cannot be opened: ", last_error_of_dl());
    return nullptr;
  }
  auto* const function = reinterpret_cast<TableFunction*>(dlsym(library, table_symbol));
  if (!function) {
    why = concat(settings.library, " is no device library: it has no ", table_symbol);
    return nullptr;
  }
  DeviceTable* const table = function(table_version);
  if (!table || table->version != table_version || table->size != sizeof(DeviceTable)) {
    why = concat(settings.library, " is of another version of Quern",
                 table ? concat(" (table ", table->version, " of ", table->size, " bytes, and ", table_version, " of ",
                                sizeof(DeviceTable), " is needed)")
                       : "");
    return nullptr;
  }
  table->interrupted = settings.interrupted;
  return table;
}

// The table if it can be used, loaded at the first call.
DeviceTable* table() {
  Host& h = host();
  if (!h.tried) {
    h.tried = true;
    h.refusal.clear();
    h.table = load(h.settings, h.refusal);
    if (h.table) {
      Failure failure{};
      const int devices = h.table->count(&failure);
      if (devices <= 0) {
        h.refusal = devices < 0 ? failure.why : "the driver finds no device";
        h.table = nullptr;
      }
    }
    h.loaded = h.settings.library;
  }
  return h.table;
}

bool declined(const std::string& why) {
  Host& h = host();
  if (h.settings.mode == Mode::everything && h.settings.report && !h.reported) {
    h.reported = true;
    h.settings.report(why);
  }
  return false;
}

// operation(table, failure) on the device.
template <class Operation>
bool tried(double flops, double bytes, Operation operation) {
  Host& h = host();
  if (h.settings.mode == Mode::processor || !h.failure.empty()) return false;
  if (h.settings.mode == Mode::automatic && ((h.tried && !h.table) || !pays(flops, bytes, h.done > 0))) return false;
  DeviceTable* const device = table();
  if (!device) return declined(h.refusal);
  Failure failure{};
  if (operation(*device, failure) == 0) {
    h.done += 1;
    return true;
  }
  if (failure.interrupted) {
    checkpoint();  // throws, unless the interrupt was none after all
    return false;
  }
  h.failure = failure.why;
  return declined(h.failure);
}

double d(std::size_t n) { return static_cast<double>(n); }

bool device_gemm(const linalg::Gemm& w) {
  const double numbers = d(w.m) * d(w.k) + d(w.k) * d(w.n) + d(w.m) * d(w.n) * (w.beta == 0 ? 1 : 2);
  return tried(2 * d(w.m) * d(w.n) * d(w.k), 8 * numbers,
               [&](DeviceTable& table, Failure& failure) { return table.gemm(&w, &failure); });
}

bool device_gemv(const linalg::Gemv& w) {
  return tried(2 * d(w.rows) * d(w.columns), 8 * d(w.rows) * d(w.columns),
               [&](DeviceTable& table, Failure& failure) { return table.gemv(&w, &failure); });
}

bool device_gram(const linalg::Gram& w) {
  return tried(d(w.n) * d(w.n) * d(w.k), 8 * (d(w.n) * d(w.k) + d(w.n) * d(w.n)),
               [&](DeviceTable& table, Failure& failure) { return table.gram(&w, &failure); });
}

constexpr linalg::Device device{device_gemm, device_gemv, device_gram};

}  // namespace

void configure(const Settings& settings) {
  Host& h = host();
  const bool other = h.settings.library != settings.library || h.settings.driver != settings.driver;
  h.settings = settings;
  h.failure.clear();
  h.reported = false;
  if (other) {
    h.tried = false;
    h.table = nullptr;
  }
  linalg::device = settings.mode == Mode::processor ? nullptr : &device;
}

const Settings& settings() { return host().settings; }

Status status() {
  Status status;
  DeviceTable* const device = table();
  if (!device) {
    status.why_not = host().refusal;
    return status;
  }
  Failure failure{};
  const int devices = device->count(&failure);
  for (int i = 0; i < devices; ++i) {
    DeviceInfo info{};
    if (device->describe(i, &info, &failure) != 0) break;
    info.name[sizeof info.name - 1] = 0;
    status.devices.push_back(info);
  }
  status.why_not = !host().failure.empty() ? host().failure : devices < 0 ? failure.why : "";
  status.usable = status.why_not.empty();
  return status;
}

const std::string& last_failure() { return host().failure; }
std::size_t operations_done() { return host().done; }

bool pays(double flops, double bytes, bool open) {
  constexpr double processor = 50e9, on_device = 20e12, between = 8e9, first_call = 0.4, every_call = 0.001, factor = 2;
  return flops / processor > factor * ((open ? 0 : first_call) + every_call + bytes / between + flops / on_device);
}

bool elementwise(Elementwise op, std::size_t n, const double* a, const double* b, double* c) {
  return tried(d(n), 8 * d(n) * (b ? 3 : 2),
               [&](DeviceTable& table, Failure& failure) { return table.elementwise(op, n, a, b, c, &failure); });
}

void release() {
  if (host().table) host().table->release();
}

}  // namespace quern::gpu
