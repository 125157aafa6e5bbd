// From the columns of a query's row to a row of a store: reads the values where they lie, checks them, numbers the
// classes of y in the order they come.
//
// All processes of a training share the widths of the columns, which the first row of any of them settles, and the
// classes. Each knows its own numbering of the classes it has met and asks the shared list only for a new one.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "pg/guard.hpp"
#include "pg/prefetch.hpp"
#include "pg/row_blocks.hpp"
#include "pg/sequences.hpp"
#include "pg/shared_names.hpp"
#include "pg/svec.hpp"
#include "pg/training_query.hpp"
#include "uda/class_dictionary.hpp"

namespace quern::pg {

// The columns that the leader left in the area.
TrainingColumns columns_in(TrainingArea& area);

// The classes that were met, by their numbers.
std::vector<std::string> classes_in(TrainingArea& area);

// To be used inside guarded().
class RowPacker {
 public:
  // Both outlive it.
  RowPacker(TrainingArea& area, RowTarget& target);
  ~RowPacker();
  RowPacker(const RowPacker&) = delete;

  // One row, as values of the query's columns. Throws InvalidInput or ServerError.
  void pack(const Datum* values, const bool* nulls);

  // The same for callers that are C: raises an ERROR.
  void receive(const Datum* values, const bool* nulls) {
    guarded([&] {
      pack(values, nulls);
      return Datum{0};
    });
  }

  const TrainingColumns& columns() const { return columns_; }

 private:
  struct Part {  // a column of features
    ColumnKind kind;
    int position;
    std::uint32_t width = 1;
    std::uint32_t offset = 0;  // of its first feature
    FeatureRow row;            // of an array or a vector, while a row is packed
    SvecReader svec;
    std::vector<double> room;
  };

  void pack_sequence(const Datum* values, double weight);
  void settle_format(const RowFormat& format);

  bool has_null(const bool* nulls) const;
  Bytes flat(Datum value);
  double number(ColumnKind kind, Datum value);
  bool read_array(Part& part, Bytes array);
  bool read_part(Part& part, Datum value);
  void settle_widths();
  FeatureRow row_of_numbers(const Datum* values);
  FeatureRow whole_row(const Datum* values);
  double target_value(const Datum* values);
  double tag_value(const TrainingColumn& column, Datum value);
  double class_of(Datum value);
  std::string_view label_text(const TrainingColumn& column, Datum value);
  double class_of_integer(std::int64_t value);
  std::uint32_t class_number(ClassLabel label);
  dsa_pointer last_class();
  dsa_pointer share_class(std::string_view text);
  bool add_class(dsa_pointer where);
  [[noreturn]] void refuse_infinite(const FeatureRow& row);

  TrainingArea& area_;
  RowTarget& target_;
  TrainingColumns columns_;
  std::vector<Part> parts_;
  bool numbers_only_ = true;
  bool settled_ = false;
  RowFormat format_;
  std::vector<double> dense_, tags_;
  std::vector<std::uint32_t> indices_;
  std::vector<double> values_;

  MemoryContext context_ = nullptr;  // for the length of a row
  bool context_used_ = false;
  Prefetcher prefetcher_;

  SharedNames names_;  // of the features of sequences

  // Classes
  ClassDictionary met_;
  std::vector<std::uint32_t> numbers_;                     // of those met
  std::unordered_map<std::string, std::uint32_t> shared_;  // of all processes, as far as they are known here
  dsa_pointer last_shared_ = 0;
  std::vector<std::int32_t> small_;  // the class of a small number; -1: not met
  Datum last_value_ = 0;             // of a label that is passed by value
  std::int32_t last_class_ = -1;
  bool by_value_ = false;
  std::vector<FmgrInfo> outputs_;  // of printable labels and tags, by their position
};

}  // namespace quern::pg
