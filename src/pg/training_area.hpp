// The memory and the files of one training, which its processes share: one DSM segment with a control struct, a DSA
// area that grows by further segments, and a set of temporary files.
//
// The leader makes it, workers attach. Everything goes with the last process that detaches, however it ends: the object
// detaches when it is destroyed, and where nothing unwinds (a process is terminated) the end of the transaction does,
// while files can still be deleted: as it exits, a process has no statistics any more to count them in. A segment that
// a worker adds belongs to the area, not to the worker.
//
// A training that no other process will take part in keeps its rows in private memory with huge pages instead, which is
// five times as fast to fill: the page faults of fresh shared memory cost as much as the scan (measured for 400 MB: 44
// ms against 240).
//
// Where it breaks: shared memory that cannot be had is no error. allocate() says so, and rows go to files
// (row_blocks.hpp), which temp_file_limit bounds. Where not even the first segment is to be had (the server has a limit
// on their number), this process trains alone in private memory.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pg/postgres.hpp"

namespace quern::pg {

// quern.train_memory, in kB.
inline constinit int train_memory = 256 * 1024;

// What a process needs to attach; plain bytes.
struct AreaHandle {
  std::uint32_t segment = 0;  // dsm_handle
};

struct RowsControl;  // row_blocks.hpp

// All members are to be called inside guarded(): they throw ServerError.
class TrainingArea {
 public:
  // Makes it. `budget`: bytes that rows may take; beyond them they go to files.
  explicit TrainingArea(std::uint64_t budget);
  // Attaches.
  explicit TrainingArea(AreaHandle handle);
  ~TrainingArea();
  TrainingArea(const TrainingArea&) = delete;
  TrainingArea& operator=(const TrainingArea&) = delete;

  // Bytes of memory that rows may take.
  std::uint64_t budget() const;
  // Rows to come are for this process alone. To be called before there are any.
  void keep_private();

  // No more rows will come: the area may grow for other things.
  void end_rows();

  // Can other processes attach?
  bool attachable() const { return segment_ != nullptr; }
  AreaHandle handle() const { return {dsm_segment_handle(segment_)}; }

  // Zeroed, aligned to 8. Not counted against the budget. InvalidDsaPointer (0) if it cannot be had.
  dsa_pointer allocate(std::size_t bytes, bool zero = true);
  void free(dsa_pointer block);

  // Memory for rows, within the budget, or 0. What it returns is for memory_of_rows().
  std::uint64_t allocate_rows(std::size_t bytes);
  std::byte* memory_of_rows(std::uint64_t where);
  // The same thing lies elsewhere in other processes.
  template <class T>
  T* at(dsa_pointer where) {
    return static_cast<T*>(address(where));
  }

  RowsControl& rows() { return *rows_; }

  // Files of this set are known by their names to all processes.
  File create_file(const char* name);
  File open_file(const char* name);

 private:
  void* address(dsa_pointer where);
  void detach(bool failed) noexcept;

  std::byte* take_private(std::size_t bytes);

  struct PrivateRegion {
    void* start;
    std::size_t size;
  };

  const int exceptions_ = std::uncaught_exceptions();
  dsm_segment* segment_ = nullptr;
  dsa_area* area_ = nullptr;
  SharedFileSet* files_ = nullptr;
  RowsControl* rows_ = nullptr;
  std::vector<PrivateRegion> private_;
  std::byte* private_next_ = nullptr;  // what is left of the last region
  std::size_t private_left_ = 0;
};

}  // namespace quern::pg
