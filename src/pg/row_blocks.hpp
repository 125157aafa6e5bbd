// Blocks of rows that the processes of a training pack and all of them read.
//
// A process packs into pieces of the area, while the budget and the shared memory last. From then on its last block is
// used again and again: when full it is written to the process's file. So a block is the same bytes wherever it lies,
// which blocks there are does not depend on the memory, and the unfinished one is always in the area, for the others to
// find when the process is gone.
//
// The blocks of a process are listed in pages of entries, chained backwards. Where no memory is to be had for another
// page, the full one moves to the file too.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "pg/shared.hpp"
#include "pg/shared_names.hpp"
#include "pg/training_area.hpp"
#include "train/row_store.hpp"

namespace quern::pg {

struct BlockEntry {
  std::uint64_t key = 0;       // the order of blocks
  std::uint64_t location = 0;  // of TrainingArea::memory_of_rows, or offset in the file
  std::uint32_t bytes = 0;     // of room
  std::uint32_t rows = 0;      // 0 while it is being filled: the block itself knows
  std::uint32_t in_file = 0;
  std::uint32_t unused = 0;
};

struct EntryPage {
  static constexpr std::uint32_t capacity = 255;

  dsa_pointer previous = 0;
  std::uint64_t previous_in_file = 0;  // its offset + 1; 0: none
  std::uint32_t used = 0;
  std::uint32_t unused = 0;
  BlockEntry entries[capacity] = {};
};

// What a process that packs rows leaves for the others; it alone writes here.
struct PackingProcess {
  dsa_pointer previous = 0;
  dsa_pointer last_page = 0;
  std::uint32_t number = 0;
  std::uint64_t rows = 0, skipped = 0, weightless = 0;
  std::uint64_t bytes_in_file = 0;
};

// All that a process needs to pack any number of rows. The leader makes enough of them before memory can run short.
struct PackingKit {
  PackingProcess process;  // the list of processes points here
  EntryPage page;
  alignas(8) std::byte room[usual_block_bytes];  // for one block after the other
};

// A class of y, numbered in the order of arrival.
struct SharedClass {
  dsa_pointer next = 0;
  std::uint32_t size = 0;  // of the text behind this
};

struct RowsControl {
  LWLock lock;  // on everything that is not atomic and changes while rows are packed
  std::uint64_t budget = 0, private_budget = 0;
  bool shared = true;
  std::atomic<std::uint64_t> taken{0};   // of the budget
  std::atomic<bool> exhausted{false};    // no more shared memory was to be had
  std::atomic<std::uint64_t> packed{0};  // rows, as the processes report them
  dsa_pointer last_process = 0;
  std::uint32_t processes = 0;
  std::uint32_t kit_count = 0;
  dsa_pointer kits = 0;

  // Left by the leader before rows are packed.
  dsa_pointer columns = 0;  // TrainingColumns, packed
  std::uint64_t columns_bytes = 0;
  dsa_pointer plan = 0;  // of a paged scan, as text
  std::uint32_t pages = 0, pages_in_task = 0;

  // Known with the first row: the width of each column of features.
  std::atomic<bool> widths_known{false};
  dsa_pointer widths = 0;  // made by the leader
  RowFormat format;

  dsa_pointer first_class = 0, last_class = 0;
  std::uint32_t classes = 0;

  SharedNameList names;  // of the features of sequences
};

// The leader's: before there are rows.
void make_packing_kits(TrainingArea& area, std::uint32_t count);

// Where packed rows go.
class RowTarget {
 public:
  virtual ~RowTarget() = default;
  virtual void open(const RowFormat& format) = 0;  // before the first row
  // As many tags as the format says.
  virtual void append(double y, double weight, const FeatureRow& x, std::span<const double> tags) = 0;
  virtual void skip() = 0;       // a row with a NULL in it
  virtual void leave_out() = 0;  // a row of weight 0
};

// Packs rows into the area, for one process. To be used inside guarded().
class BlockPacker final : public RowTarget {
 public:
  explicit BlockPacker(TrainingArea& area);
  ~BlockPacker() override;

  // Blocks from here on come after `key` in the order, and before key + 2^24.
  void start_range(std::uint64_t key);

  void open(const RowFormat& format) override { format_ = format; }
  void append(double y, double weight, const FeatureRow& x, std::span<const double> tags) override {
    if (!writer_ || !block_.append(y, weight, x, tags)) [[unlikely]]
      append_to_new_block(y, weight, x, tags);
    if (++process_->rows % rows_between_reports == 0) [[unlikely]]
      report();
  }
  void skip() override { ++process_->skipped; }
  void leave_out() override { ++process_->weightless; }

  std::uint32_t number() const { return process_->number; }

 private:
  static constexpr std::uint64_t rows_between_reports = 64;

  void report();
  void append_to_new_block(double y, double weight, const FeatureRow& x, std::span<const double> tags);
  void close_block();
  std::byte* room_for_block(std::size_t bytes, std::uint64_t& where);
  bool take_piece(std::size_t bytes);
  BlockEntry& new_entry();
  std::uint64_t write(const void* bytes, std::size_t size);

  TrainingArea& area_;
  TrainingSlot* slot_;  // of the leader, which alone has one
  PackingProcess* process_;
  RowFormat format_;
  std::uint64_t next_key_ = 0;

  BlockWriter block_;
  bool writer_ = false;        // is block_ one?
  std::byte* room_ = nullptr;  // of block_
  std::size_t room_bytes_ = 0;
  BlockEntry* entry_ = nullptr;  // of block_
  EntryPage* page_ = nullptr;    // the last

  std::uint64_t piece_ = 0;  // where it is in the area
  std::byte* piece_start_ = nullptr;
  std::size_t piece_used_ = 0, piece_size_ = 0, next_piece_ = 0;

  bool spilling_ = false;
  std::uint64_t tail_ = 0;  // what is used again and again
  std::byte* tail_start_ = nullptr;
  std::vector<std::byte> wide_;  // a block of one large row on its way to the file
  File file_ = -1;
};

// The name of the file of process `number`.
std::string name_of_file(std::uint32_t number);

// What all processes packed.
class SharedRowStore final : public RowStore {
 public:
  explicit SharedRowStore(TrainingArea& area);
  ~SharedRowStore() override;

  const std::byte* load(std::size_t block, std::byte* room) override;
  bool resident() const override { return files_.empty(); }
  std::byte* resident_block(std::size_t block) override { return resident() ? places_[block].memory : nullptr; }

 private:
  struct Place {
    std::byte* memory;  // null: in the file
    std::uint64_t offset;
    std::uint32_t process;
  };

  void read(std::uint32_t process, std::uint64_t offset, void* to, std::size_t size);

  TrainingArea& area_;
  std::vector<Place> places_;
  std::vector<File> files_;  // of each process, -1 while it is not open; empty if nothing was spilled
};

}  // namespace quern::pg
