// Settings of the device behind the linear-algebra seam, and quern.devices().
#include "pg/devices.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "gpu/device.hpp"
#include "pg/guard.hpp"
#include "pg/rows.hpp"

namespace quern::pg {

namespace {

constexpr config_enum_entry modes[] = {{"auto", static_cast<int>(gpu::Mode::automatic), false},
                                       {"cpu", static_cast<int>(gpu::Mode::processor), false},
                                       {"cuda", static_cast<int>(gpu::Mode::everything), false},
                                       {nullptr, 0, false}};

constinit int mode = static_cast<int>(gpu::Mode::automatic);
constinit char* library = nullptr;

void report(const std::string& why) {
  call([&] {
    ereport(NOTICE, (errmsg("quern.device is cuda, but the processor computes: %s", why.c_str())));
    return 0;
  });
}

bool interrupted() { return INTERRUPTS_PENDING_CONDITION(); }

// Parallel workers live for one query and share the processors: the device is the leader's.
void configure(int mode, const char* library) {
  if (ParallelWorkerNumber >= 0) return;
  try {
    gpu::Settings settings;
    settings.mode = static_cast<gpu::Mode>(mode);
    settings.library = library && *library ? library : concat(pkglib_path, "/quern_cuda.so");
    settings.report = report;
    settings.interrupted = interrupted;
    gpu::configure(settings);
  } catch (const std::bad_alloc&) {  // nothing is changed
  }
}

void assign_mode(int value, void*) { configure(value, library); }
void assign_library(const char* value, void*) { configure(mode, value); }

}  // namespace

void define_device_settings() {
  DefineCustomEnumVariable("quern.device", "What computes large products of matrices.",
                           "auto: the first CUDA device where it is expected to take half of the time; cpu: the "
                           "processor; cuda: the device, whatever it takes. See quern.devices().",
                           &mode, static_cast<int>(gpu::Mode::automatic), modes, PGC_USERSET, 0, nullptr, assign_mode,
                           nullptr);
  DefineCustomStringVariable("quern.device_library", "The library that drives the device.",
                             "Empty: quern_cuda.so beside quern.so.", &library, "", PGC_SUSET, 0, nullptr,
                             assign_library, nullptr);
}

namespace {

Datum devices(FunctionCallInfo fcinfo) {
  const RowSink sink = open_rows(fcinfo, 7);
  return guarded([&]() -> Datum {
    const gpu::Status status = gpu::status();
    const auto put = [&](int number, const gpu::DeviceInfo* info, bool usable, const std::string& why) {
      call([&] {
        Datum values[7] = {};
        bool nulls[7] = {false, !info, !info, !info, !info, false, why.empty()};
        values[0] = Int32GetDatum(number);
        if (info) {
          values[1] = CStringGetTextDatum(info->name);
          values[2] = CStringGetTextDatum(psprintf("%d.%d", info->major, info->minor));
          values[3] = Int64GetDatum(info->total_bytes);
          values[4] = Int64GetDatum(info->free_bytes);
        }
        values[5] = BoolGetDatum(usable);
        if (!why.empty()) values[6] = CStringGetTextDatum(why.c_str());
        tuplestore_putvalues(sink.store, sink.columns, values, nulls);
        return 0;
      });
    };
    for (std::size_t i = 0; i < status.devices.size(); ++i)
      put(static_cast<int>(i), &status.devices[i], i == 0 && status.usable,
          i == 0 ? status.why_not : std::string("only the first device is used"));
    if (status.devices.empty()) put(0, nullptr, false, status.why_not);
    fcinfo->isnull = true;
    return Datum{0};
  });
}

}  // namespace

}  // namespace quern::pg

QUERN_EXPORT(quern_devices, quern::pg::devices)
