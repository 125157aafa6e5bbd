#include "pg/training_area.hpp"

#include <sys/mman.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <new>

#include "base/error.hpp"
#include "pg/guard.hpp"
#include "pg/row_blocks.hpp"

namespace quern::pg {

namespace {

// The segment: this, and behind it the first memory of the area. It is enough for the control structs and one block of
// each of some 16 processes, which large pieces cannot take: rows can always be packed, if only to be written to a
// file.
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

// No ERROR leaves this. One inside the area (a segment cannot be made: /dev/shm is small) leaves locks behind; code
// that packs rows holds no others.
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

// Rows take at most half of what /dev/shm has left: parallel queries need some too, and fail without.
std::uint64_t within_shared_memory(std::uint64_t budget) {
  struct statvfs state;
  if (dynamic_shared_memory_type != DSM_IMPL_POSIX || statvfs("/dev/shm", &state) != 0) return budget;
  return std::min<std::uint64_t>(budget, std::uint64_t{state.f_bavail} * state.f_frsize / 2);
}

// All page faults at once, which takes half the time of one after the other. Kernels before 5.14 refuse.
void populate(std::byte* memory, std::size_t bytes) {
#ifdef MADV_POPULATE_WRITE
  constexpr std::uintptr_t page = 4096;
  const std::uintptr_t start = reinterpret_cast<std::uintptr_t>(memory), from = start & ~(page - 1);
  (void)madvise(reinterpret_cast<void*>(from), start + bytes - from, MADV_POPULATE_WRITE);
#else
  (void)memory, (void)bytes;
#endif
}

// A segment of the transaction's: a process that is terminated leaves it as its transaction ends. Later it could not:
// who deletes files reports their sizes to statistics that a process shuts down before it leaves its pinned segments.
template <class F>
dsm_segment* of_transaction(F&& make) {
  ResourceOwner const owner = CurrentResourceOwner;
  CurrentResourceOwner = TopTransactionResourceOwner;
  dsm_segment* const segment = make();
  CurrentResourceOwner = owner;
  return segment;
}

// Deletes them once.
void delete_files(void* files) {
  auto* const head = reinterpret_cast<Head*>(static_cast<std::byte*>(files) - offsetof(Head, files));
  if (head->magic == magic) SharedFileSetDeleteAll(&head->files);
  head->magic = 0;
}

// Where no segment is to be had. The transaction's: its end deletes the files of a process that is terminated.
Head* private_head() {
  auto* const head = new (MemoryContextAllocZero(TopTransactionContext, head_size + first_memory)) Head{};
  auto* const callback =
      static_cast<MemoryContextCallback*>(MemoryContextAllocZero(TopTransactionContext, sizeof(MemoryContextCallback)));
  callback->func = delete_files;
  callback->arg = &head->files;
  MemoryContextRegisterResetCallback(TopTransactionContext, callback);
  return head;
}

}  // namespace

TrainingArea::TrainingArea(std::uint64_t budget) {
  try {
    call([&] {
      segment_ = quietly([] { return dsm_create(head_size + first_memory, DSM_CREATE_NULL_IF_MAXSEGMENTS); });
      if (segment_)
        of_transaction([&] {
          dsm_unpin_mapping(segment_);
          return segment_;
        });
      auto* const head = segment_ ? new (dsm_segment_address(segment_)) Head{} : private_head();
      files_ = &head->files;
      rows_ = &head->rows;
      MemoryContext const previous = MemoryContextSwitchTo(TopMemoryContext);
      area_ = dsa_create_in_place(reinterpret_cast<char*>(head) + head_size, first_memory, tranche, segment_);
      MemoryContextSwitchTo(previous);
      dsa_pin_mapping(area_);
      SharedFileSetInit(files_, segment_);
      LWLockInitialize(&rows_->lock, tranche);
      rows_->budget = within_shared_memory(budget);
      rows_->private_budget = budget;
      // Segments grow with their number: the last one must not be twice what may be needed.
      dsa_set_size_limit(area_, segment_ ? rows_->budget + rows_->budget / 64 + 4 * first_memory : first_memory);
      if (!segment_) keep_private();
      head->magic = magic;
    });
  } catch (...) {
    detach(true);
    throw;
  }
}

TrainingArea::TrainingArea(AreaHandle handle) {
  try {
    call([&] {
      segment_ = of_transaction([&] { return dsm_attach(handle.segment); });
      if (!segment_)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE), errmsg("the training has ended")));
      auto* const head = static_cast<Head*>(dsm_segment_address(segment_));
      if (head->magic != magic) elog(ERROR, "not the memory of a training");
      rows_ = &head->rows;
      MemoryContext const previous = MemoryContextSwitchTo(TopMemoryContext);
      area_ = dsa_attach_in_place(reinterpret_cast<char*>(head) + head_size, segment_);
      MemoryContextSwitchTo(previous);
      dsa_pin_mapping(area_);
      SharedFileSetAttach(&head->files, segment_);
      files_ = &head->files;
    });
  } catch (...) {
    detach(true);
    throw;
  }
}

TrainingArea::~TrainingArea() { detach(std::uncaught_exceptions() > exceptions_); }

// An ERROR may have left locks of the area behind, which the end of the transaction would look for.
void TrainingArea::detach(bool failed) noexcept {
  quietly([&] {
    if (failed) LWLockReleaseAll();
    if (area_) dsa_detach(area_);
    area_ = nullptr;
    if (segment_)
      dsm_detach(segment_);  // the last one frees the area and deletes the files
    else if (files_)
      delete_files(files_);
    segment_ = nullptr;
    files_ = nullptr;
    return 0;
  });
  for (const PrivateRegion& region : private_) munmap(region.start, region.size);
  private_.clear();
}

dsa_pointer TrainingArea::allocate(std::size_t bytes, bool zero) {
  const int flags = DSA_ALLOC_HUGE | DSA_ALLOC_NO_OOM | (zero ? DSA_ALLOC_ZERO : 0);
  return quietly([&] { return dsa_allocate_extended(area_, bytes, flags); });
}

void TrainingArea::keep_private() {
  rows_->shared = false;
  rows_->budget = rows_->private_budget;
}

void TrainingArea::end_rows() {
  if (!segment_) return;
  call([&] { dsa_set_size_limit(area_, std::numeric_limits<std::size_t>::max()); });
}

std::uint64_t TrainingArea::budget() const { return rows_->budget; }

std::uint64_t TrainingArea::allocate_rows(std::size_t bytes) {
  std::uint64_t taken = rows_->taken.load();
  do {
    if (taken + bytes > rows_->budget || rows_->exhausted.load()) return 0;
  } while (!rows_->taken.compare_exchange_weak(taken, taken + bytes));
  const std::uint64_t where =
      rows_->shared ? allocate(bytes, false) : reinterpret_cast<std::uint64_t>(take_private(bytes));
  if (where == 0)
    rows_->exhausted = true;
  else
    populate(memory_of_rows(where), bytes);
  return where;
}

std::byte* TrainingArea::memory_of_rows(std::uint64_t where) {
  return rows_->shared ? at<std::byte>(where) : reinterpret_cast<std::byte*>(where);
}

std::byte* TrainingArea::take_private(std::size_t bytes) {
  constexpr std::size_t huge = 2 * 1024 * 1024, usual_region = 16 * huge;
  if (bytes > private_left_) {
    const std::size_t size = std::max(usual_region, (bytes + huge - 1) / huge * huge);
    private_.reserve(private_.size() + 1);
    void* const start = mmap(nullptr, size + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) return nullptr;
    private_.push_back({start, size + huge});
    private_next_ = reinterpret_cast<std::byte*>((reinterpret_cast<std::uintptr_t>(start) + huge - 1) & ~(huge - 1));
    private_left_ = size;
    (void)madvise(private_next_, size, MADV_HUGEPAGE);
  }
  std::byte* const piece = private_next_;
  private_next_ += bytes;
  private_left_ -= bytes;
  return piece;
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
