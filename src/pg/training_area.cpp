#include "pg/training_area.hpp"

#include <new>

#include "base/error.hpp"
#include "pg/guard.hpp"
#include "pg/row_blocks.hpp"

namespace quern::pg {

namespace {

// The segment: this, and behind it the first memory of the area. It is enough for the control structs and one block of
// each of some 16 processes, which large pieces cannot take: rows can always be packed, if only to be written to a file.
struct Head {
  std::uint64_t magic = 0;
  SharedFileSet files;
  RowsControl rows;
};
constexpr std::uint64_t magic = 0x5155524e41524541;
constexpr Size head_size = MAXALIGN(sizeof(Head));
constexpr Size first_memory = 1024 * 1024;

// Which locks of the area a process waits for shows in pg_stat_activity under this name.
constexpr int tranche = LWTRANCHE_PARALLEL_QUERY_DSA;

// No ERROR leaves this. One inside the area (a segment cannot be made: /dev/shm is small) leaves locks behind; code that
// packs rows holds no others.
template <class F>
auto quietly(F&& f) -> decltype(f()) {
  ResourceOwner const owner = CurrentResourceOwner;
  MemoryContext const context = CurrentMemoryContext;
  sigjmp_buf* const stack = PG_exception_stack;
  ErrorContextCallback* const callbacks = error_context_stack;
  decltype(f()) volatile result{};
  sigjmp_buf here;
  CurrentResourceOwner = nullptr;  // a segment that is half made is of no transaction
  if (sigsetjmp(here, 0) == 0) {
    PG_exception_stack = &here;
    result = f();
  } else {
    LWLockReleaseAll();
    MemoryContextSwitchTo(context);
    FlushErrorState();
    result = {};
  }
  PG_exception_stack = stack;
  error_context_stack = callbacks;
  CurrentResourceOwner = owner;
  return result;
}

}  // namespace

TrainingArea::TrainingArea(std::uint64_t budget) {
  try {
    call([&] {
      segment_ = dsm_create(head_size + first_memory, 0);
      dsm_pin_mapping(segment_);
      auto* const head = new (dsm_segment_address(segment_)) Head{};
      files_ = &head->files;
      rows_ = &head->rows;
      area_ = dsa_create_in_place(reinterpret_cast<char*>(head) + head_size, first_memory, tranche, segment_);
      dsa_pin_mapping(area_);
      SharedFileSetInit(files_, segment_);
      LWLockInitialize(&rows_->lock, tranche);
      rows_->budget = budget;
      head->magic = magic;
    });
  } catch (...) {
    detach();
    throw;
  }
}

TrainingArea::TrainingArea(AreaHandle handle) {
  try {
    call([&] {
      segment_ = dsm_attach(handle.segment);
      if (!segment_) ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("the training has ended")));
      dsm_pin_mapping(segment_);
      auto* const head = static_cast<Head*>(dsm_segment_address(segment_));
      if (head->magic != magic) elog(ERROR, "not the memory of a training");
      rows_ = &head->rows;
      area_ = dsa_attach_in_place(reinterpret_cast<char*>(head) + head_size, segment_);
      dsa_pin_mapping(area_);
      SharedFileSetAttach(&head->files, segment_);
      files_ = &head->files;
    });
  } catch (...) {
    detach();
    throw;
  }
}

TrainingArea::~TrainingArea() { detach(); }

void TrainingArea::detach() noexcept {
  quietly([&] {
    if (area_) dsa_detach(area_);
    area_ = nullptr;
    if (segment_) dsm_detach(segment_);  // the last one frees the area and deletes the files
    segment_ = nullptr;
    return 0;
  });
}

dsa_pointer TrainingArea::allocate(std::size_t bytes, bool zero) {
  const int flags = DSA_ALLOC_HUGE | DSA_ALLOC_NO_OOM | (zero ? DSA_ALLOC_ZERO : 0);
  return quietly([&] { return dsa_allocate_extended(area_, bytes, flags); });
}

void TrainingArea::free(dsa_pointer block) {
  call([&] { dsa_free(area_, block); });
}

void* TrainingArea::address(dsa_pointer where) {
  return call([&] { return dsa_get_address(area_, where); });
}

File TrainingArea::create_file(const char* name) {
  return call([&] { return create_shared_file(files_, name); });
}

File TrainingArea::open_file(const char* name) {
  return call([&] { return open_shared_file(files_, name); });
}

}  // namespace quern::pg
