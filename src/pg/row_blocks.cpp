#include "pg/row_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <new>

#include "base/error.hpp"
#include "base/text.hpp"
#include "pg/guard.hpp"

namespace quern::pg {

namespace {

// What a process takes of the area at a time: little at first, for it may see few rows.
constexpr std::size_t first_piece = 2 * usual_block_bytes;
constexpr std::size_t largest_piece = 32 * usual_block_bytes;

constexpr std::size_t round_up(std::size_t bytes, std::size_t to) { return (bytes + to - 1) / to * to; }

BlockHeader header_of(const std::byte* block) {
  BlockHeader header;
  std::memcpy(&header, block, sizeof header);
  return header;
}

// Holds the lock of the control struct. Nothing in between may raise an ERROR.
class Locked {
 public:
  explicit Locked(RowsControl& rows) : lock_(rows.lock) {
    call([&] { LWLockAcquire(&lock_, LW_EXCLUSIVE); });
  }
  ~Locked() { LWLockRelease(&lock_); }
  Locked(const Locked&) = delete;

 private:
  LWLock& lock_;
};

// At most so many bytes are asked of the server at once.
constexpr std::size_t most_at_once = std::size_t{1} << 30;

void write_file(File file, std::uint64_t offset, const void* bytes, std::size_t size) {
  call([&] {
    for (std::size_t done = 0; done < size;) {
      const auto part = std::min(size - done, most_at_once);
      char* const from = static_cast<char*>(const_cast<void*>(bytes)) + done;
      const auto written =
          FileWrite(file, from, static_cast<int>(part), static_cast<off_t>(offset + done), WAIT_EVENT_BUFFILE_WRITE);
      if (written <= 0)
        ereport(ERROR, (errcode_for_file_access(), errmsg("could not write rows to a temporary file: %m")));
      done += static_cast<std::size_t>(written);
    }
  });
}

void read_file(File file, std::uint64_t offset, void* bytes, std::size_t size) {
  call([&] {
    for (std::size_t done = 0; done < size;) {
      const auto part = std::min(size - done, most_at_once);
      const auto read = FileRead(file, static_cast<char*>(bytes) + done, static_cast<int>(part),
                                 static_cast<off_t>(offset + done), WAIT_EVENT_BUFFILE_READ);
      if (read < 0)
        ereport(ERROR, (errcode_for_file_access(), errmsg("could not read rows from a temporary file: %m")));
      if (read == 0) ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("a temporary file of rows is too short")));
      done += static_cast<std::size_t>(read);
    }
  });
}

// Never raises: the file goes with its set in any case.
void close_file(File file) noexcept {
  try {
    call([&] { FileClose(file); });
  } catch (...) {
  }
}

}  // namespace

std::string name_of_file(std::uint32_t number) { return concat("rows.", number); }

void make_packing_kits(TrainingArea& area, std::uint32_t count) {
  RowsControl& rows = area.rows();
  rows.kits = area.allocate(count * sizeof(PackingKit));
  if (rows.kits != 0) rows.kit_count = count;
}

BlockPacker::BlockPacker(TrainingArea& area)
    : area_(area), slot_(TrainingSlot::current()), next_piece_(first_piece) {
  RowsControl& rows = area_.rows();
  std::uint32_t number = 0;
  {
    Locked locked(rows);
    number = rows.processes++;
  }
  const dsa_pointer where =
      number < rows.kit_count ? rows.kits + number * sizeof(PackingKit) : area_.allocate(sizeof(PackingKit));
  if (where == 0) throw std::bad_alloc();
  auto* const kit = new (area_.at<PackingKit>(where)) PackingKit;
  process_ = &kit->process;
  process_->number = number;
  process_->last_page = where + offsetof(PackingKit, page);
  page_ = &kit->page;
  tail_start_ = kit->room;
  tail_ = rows.shared ? where + offsetof(PackingKit, room) : reinterpret_cast<std::uint64_t>(tail_start_);
  next_key_ = std::uint64_t{number} << 40;
  Locked locked(rows);
  process_->previous = rows.last_process;
  rows.last_process = where;
}

BlockPacker::~BlockPacker() {
  if (file_ >= 0) close_file(file_);
}

// What quern.progress shows of the scan: the rows of all processes.
void BlockPacker::report() {
  const std::uint64_t rows = area_.rows().packed.fetch_add(rows_between_reports) + rows_between_reports;
  if (slot_) slot_->report("gather", 0, static_cast<std::int64_t>(rows), NAN, NAN);
}

void BlockPacker::start_range(std::uint64_t key) {
  close_block();
  next_key_ = key;
}

void BlockPacker::append_to_new_block(double y, double weight, const FeatureRow& x, std::span<const double> tags) {
  const std::size_t bytes = block_bytes_for(format_, x);
  close_block();
  std::uint64_t where = 0;
  std::byte* const room = room_for_block(bytes, where);
  BlockEntry& entry = new_entry();
  entry = {next_key_++, where, static_cast<std::uint32_t>(bytes), 0, 0, 0};
  entry_ = &entry;
  room_ = room;
  room_bytes_ = bytes;
  block_ = BlockWriter(format_, {room, bytes});
  writer_ = true;
  block_.append(y, weight, x, tags);
  if (where == 0) close_block();  // the one row that fits
  ++page_->used;
}

// The block of a writer moves to the file if its room is for one block after the other.
void BlockPacker::close_block() {
  if (!writer_) return;
  writer_ = false;
  const BlockHeader header = header_of(room_);
  if (!format_.sparse) room_bytes_ = round_up(header.bytes, 8);
  if (spilling_ && (room_ == tail_start_ || room_ == wide_.data())) {
    entry_->location = write(room_, room_bytes_);
    entry_->in_file = 1;
  } else {
    piece_used_ = static_cast<std::size_t>(room_ - piece_start_) + room_bytes_;
  }
  entry_->bytes = static_cast<std::uint32_t>(room_bytes_);
  entry_->rows = header.rows;
}

std::byte* BlockPacker::room_for_block(std::size_t bytes, std::uint64_t& where) {
  if (!spilling_) {
    if (piece_used_ + bytes <= piece_size_ || take_piece(bytes)) {
      where = piece_ + piece_used_;
      return piece_start_ + piece_used_;
    }
    spilling_ = true;
  }
  if (bytes > usual_block_bytes) {
    wide_.resize(bytes);
    return wide_.data();
  }
  where = tail_;
  return tail_start_;
}

// A piece of the area of at least so many bytes, or false: the budget or the memory is used up.
bool BlockPacker::take_piece(std::size_t bytes) {
  std::size_t size = std::max(next_piece_, bytes);
  std::uint64_t piece = area_.allocate_rows(size);
  if (piece == 0) piece = area_.allocate_rows(size = bytes);
  if (piece == 0) return false;
  piece_ = piece;
  piece_start_ = area_.memory_of_rows(piece);
  piece_size_ = size;
  piece_used_ = 0;
  next_piece_ = std::min(2 * next_piece_, largest_piece);
  return true;
}

// The next entry of the list, which becomes part of it when `used` says so.
BlockEntry& BlockPacker::new_entry() {
  if (page_->used < EntryPage::capacity) return page_->entries[page_->used];
  const dsa_pointer where = area_.allocate(sizeof(EntryPage));
  if (where != 0) {
    page_ = new (area_.at<EntryPage>(where)) EntryPage;
    page_->previous = process_->last_page;
    process_->last_page = where;
  } else {
    const std::uint64_t offset = write(page_, sizeof *page_);
    page_->previous = 0;
    page_->previous_in_file = offset + 1;
    page_->used = 0;
  }
  return page_->entries[page_->used];
}

std::uint64_t BlockPacker::write(const void* bytes, std::size_t size) {
  if (file_ < 0) file_ = area_.create_file(name_of_file(process_->number).c_str());
  const std::uint64_t offset = process_->bytes_in_file;
  write_file(file_, offset, bytes, size);
  process_->bytes_in_file += size;
  return offset;
}

SharedRowStore::SharedRowStore(TrainingArea& area) : area_(area) {
  RowsControl& rows = area.rows();
  format_ = rows.format;

  struct Found {
    BlockEntry entry;
    std::uint32_t process;
  };
  std::vector<Found> found;
  for (dsa_pointer at = rows.last_process; at != 0;) {
    const auto* const process = area.at<PackingProcess>(at);
    if (process->bytes_in_file > 0) files_.assign(rows.processes, -1);
    at = process->previous;
  }
  EntryPage copy;
  for (dsa_pointer at = rows.last_process; at != 0;) {
    const auto* const process = area.at<PackingProcess>(at);
    const EntryPage* page = process->last_page ? area.at<EntryPage>(process->last_page) : nullptr;
    while (page) {
      for (std::uint32_t i = 0; i < page->used; ++i) found.push_back({page->entries[i], process->number});
      if (page->previous) {
        page = area.at<EntryPage>(page->previous);
      } else if (page->previous_in_file) {
        read(process->number, page->previous_in_file - 1, &copy, sizeof copy);
        page = &copy;
      } else {
        page = nullptr;
      }
      checkpoint();
    }
    at = process->previous;
  }

  std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.entry.key < b.entry.key; });
  blocks_.reserve(found.size());
  places_.reserve(found.size());
  for (const auto& [entry, process] : found) {
    std::byte* const memory = entry.in_file ? nullptr : area.memory_of_rows(entry.location);
    std::uint32_t n = entry.rows, bytes = entry.bytes;
    if (n == 0) {  // nobody filled it up: it has the bytes that closing it would give it
      const BlockHeader header = header_of(memory);
      n = header.rows;
      if (!format_.sparse) bytes = static_cast<std::uint32_t>(round_up(header.bytes, 8));
    }
    blocks_.push_back({n, bytes});
    places_.push_back({memory, entry.location, process});
    rows_ += n;
  }
}

SharedRowStore::~SharedRowStore() {
  for (const File file : files_)
    if (file >= 0) close_file(file);
}

const std::byte* SharedRowStore::load(std::size_t block, std::byte* room) {
  const Place& place = places_[block];
  if (place.memory) return place.memory;
  read(place.process, place.offset, room, blocks_[block].bytes);
  return room;
}

void SharedRowStore::read(std::uint32_t process, std::uint64_t offset, void* to, std::size_t size) {
  File& file = files_[process];
  if (file < 0) file = area_.open_file(name_of_file(process).c_str());
  read_file(file, offset, to, size);
}

}  // namespace quern::pg
