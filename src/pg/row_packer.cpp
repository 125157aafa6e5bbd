#include "pg/row_packer.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "model/ids.hpp"
#include "pg/datum.hpp"
#include "uda/row_checks.hpp"

namespace quern::pg {

namespace {

constexpr std::int64_t small_numbers = 256;

struct ArrayHead {  // ArrayType without its length word
  std::int32_t ndim, dataoffset;
  Oid elemtype;
  std::int32_t size, lower_bound;
};

std::string_view text_of(const SharedClass& shared) {
  return {reinterpret_cast<const char*>(&shared + 1), shared.size};
}

}  // namespace

TrainingColumns columns_in(TrainingArea& area) {
  TrainingColumns columns;
  unpack(Bytes(area.at<std::byte>(area.rows().columns), area.rows().columns_bytes), columns);
  return columns;
}

std::vector<std::string> classes_in(TrainingArea& area) {
  std::vector<std::string> classes;
  for (dsa_pointer at = area.rows().first_class; at != 0;) {
    const auto& shared = *area.at<SharedClass>(at);
    classes.emplace_back(text_of(shared));
    at = shared.next;
  }
  return classes;
}

RowPacker::RowPacker(TrainingArea& area, RowTarget& target)
    : area_(area),
      target_(target),
      columns_(columns_in(area)),
      names_(area, area.rows().names, area.rows().lock),
      small_(small_numbers, -1) {
  parts_.resize(columns_.features.size());
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    parts_[i].kind = static_cast<ColumnKind>(columns_.features[i].kind);
    parts_[i].position = columns_.features[i].position;
    numbers_only_ &= parts_[i].kind != ColumnKind::array && parts_[i].kind != ColumnKind::svec;
  }
  tags_.resize(columns_.tags.size());
  outputs_.resize(columns_.types.size());
  call([&] {
    context_ = AllocSetContextCreate(CurTransactionContext, "quern row", ALLOCSET_SMALL_SIZES);
    const auto prepare = [&](const TrainingColumn& column) {
      if (static_cast<ColumnKind>(column.kind) != ColumnKind::printable) return;
      Oid function;
      bool varlena;
      getTypeOutputInfo(columns_.types[static_cast<std::size_t>(column.position)], &function, &varlena);
      fmgr_info_cxt(function, &outputs_[static_cast<std::size_t>(column.position)], CurTransactionContext);
    };
    if (columns_.has_target()) prepare(columns_.y);
    for (const TrainingColumn& tag : columns_.tags) prepare(tag);
    if (columns_.ids)
      for (const TrainingColumn& id : columns_.features) prepare(id);
    by_value_ = get_typbyval(columns_.types[static_cast<std::size_t>(columns_.labels().position)]);
  });
  for (std::size_t i = 0; columns_.ids && i < columns_.features.size(); ++i) id_texts_.emplace_back(area, target, i);
}

RowPacker::~RowPacker() {
  if (context_) MemoryContextDelete(context_);
}

void RowPacker::pack(const Datum* values, const bool* nulls) {
  if (context_used_) {
    MemoryContextReset(context_);
    context_used_ = false;
  }
  if (has_null(nulls)) return target_.skip();

  double weight = 1;
  if (columns_.weighted) {
    weight = number(static_cast<ColumnKind>(columns_.weight.kind), values[columns_.weight.position]);
    if (!(weight >= 0) || std::isinf(weight))
      throw InvalidInput(concat(columns_.learner, ": weight \"", columns_.weight.name,
                                "\" must be finite and at least 0, not ", weight));
  }
  if (columns_.is_sequence()) return pack_sequence(values, weight);
  if (!numbers_only_)
    for (Part& part : parts_)
      if (part.kind == ColumnKind::array || part.kind == ColumnKind::svec)
        if (!read_part(part, values[part.position])) return target_.skip();
  if (!settled_) [[unlikely]]
    settle_widths();
  for (const Part& part : parts_)
    if (part.row.size() != part.width && (part.kind == ColumnKind::array || part.kind == ColumnKind::svec))
      refuse_widths(columns_.learner, part.width, static_cast<std::int64_t>(part.row.size()));

  const FeatureRow row = columns_.ids         ? row_of_ids(values)
                         : numbers_only_      ? row_of_numbers(values)
                         : parts_.size() == 1 ? parts_[0].row
                                              : whole_row(values);
  if (!columns_.ids && !row.finite()) [[unlikely]]
    refuse_infinite(row);
  const double y = columns_.has_target() ? target_value(values) : columns_.ids;
  for (std::size_t i = 0; i < tags_.size(); ++i) {
    const Datum value = values[columns_.tags[i].position];
    tags_[i] = columns_.stratified && i == 0 ? class_of(value) : tag_value(columns_.tags[i], value);
  }
  if (weight == 0) return target_.leave_out();
  target_.append(y, weight, row, tags_);
}

// As in train/techniques/crf_layout.hpp.
void RowPacker::pack_sequence(const Datum* values, double weight) {
  const std::string who(columns_.learner);
  const Datum features = values[parts_[0].position];
  const Datum* const offsets = parts_.size() > 1 ? &values[parts_[1].position] : nullptr;
  const ColumnKind kind = parts_[0].kind;
  RawLabels labels{};
  const RawSequence sequence = call([&] {
    MemoryContext const previous = MemoryContextSwitchTo(context_);
    labels = read_labels(who.c_str(), values[columns_.y.position]);
    const RawSequence raw = read_sequence(who.c_str(),
                                          kind == ColumnKind::json    ? FeatureForm::json
                                          : kind == ColumnKind::names ? FeatureForm::names
                                                                      : FeatureForm::ids,
                                          features, offsets);
    MemoryContextSwitchTo(previous);
    return raw;
  });
  context_used_ = true;
  if (labels.null || sequence.null) return target_.skip();
  if (labels.count != sequence.positions)
    throw InvalidInput(
        concat(columns_.learner, ": a row has ", labels.count, " labels (\"", columns_.y.name, "\") and features of ",
               sequence.positions, " positions (\"", columns_.features[0].name, "\")"),
        "Each position has one label; an array of names without offsets has one feature for each.");
  if (!settled_) [[unlikely]]
    settle_format({.sparse = true, .narrow = columns_.narrow, .weighted = columns_.weighted});
  indices_.clear();
  values_.clear();
  std::size_t position = 0;
  for (std::size_t e = 0; e < sequence.count; ++e) {
    const SequenceEntry& entry = sequence.entries[e];
    if (entry.size == SequenceEntry::position) {
      const Bytes label = bytes_of(DatumGetPointer(labels.texts[position++]));
      indices_.push_back(0);
      values_.push_back(
          class_number({{reinterpret_cast<const char*>(label.data()), label.size()}, ClassLabel::Type::text}));
    } else {
      const std::uint32_t number = entry.size == SequenceEntry::id
                                       ? names_.number_of(entry.number)
                                       : names_.number_of({entry.name, static_cast<std::size_t>(entry.size)});
      indices_.push_back(number + 1);
      values_.push_back(entry.value);
    }
  }
  if (weight == 0) return target_.leave_out();
  target_.append(0, weight, SparseFeatures{0, indices_, values_}, {});
}

void RowPacker::settle_format(const RowFormat& format) {
  RowsControl& rows = area_.rows();
  call([&] {
    LWLockAcquire(&rows.lock, LW_EXCLUSIVE);
    rows.format = format;
    rows.widths_known = true;
    LWLockRelease(&rows.lock);
  });
  format_ = format;
  target_.open(format_);
  settled_ = true;
}

bool RowPacker::has_null(const bool* nulls) const {
  if ((columns_.has_target() && nulls[columns_.y.position]) || (columns_.weighted && nulls[columns_.weight.position]))
    return true;
  if (columns_.censored && nulls[columns_.event.position]) return true;
  for (const TrainingColumn& tag : columns_.tags)
    if (nulls[tag.position]) return true;
  for (const Part& part : parts_)
    if (nulls[part.position]) return true;
  return false;
}

// The bytes of a varlena, where it lies unless it is toasted.
Bytes RowPacker::flat(Datum value) {
  const auto* const bytes = reinterpret_cast<const varlena*>(DatumGetPointer(value));
  if (!VARATT_IS_EXTERNAL(bytes) && !VARATT_IS_COMPRESSED(bytes)) return bytes_of(bytes);
  context_used_ = true;
  return call([&] {
    MemoryContext const previous = MemoryContextSwitchTo(context_);
    const void* const plain = PG_DETOAST_DATUM_PACKED(value);
    MemoryContextSwitchTo(previous);
    return bytes_of(plain);
  });
}

double RowPacker::number(ColumnKind kind, Datum value) {
  switch (kind) {
    case ColumnKind::boolean:
      return DatumGetBool(value);
    case ColumnKind::int2:
      return DatumGetInt16(value);
    case ColumnKind::int4:
      return DatumGetInt32(value);
    case ColumnKind::int8:
      return static_cast<double>(DatumGetInt64(value));
    case ColumnKind::float4:
      return DatumGetFloat4(value);
    case ColumnKind::float8:
      return DatumGetFloat8(value);
    default:
      context_used_ = true;
      return call([&] {
        MemoryContext const previous = MemoryContextSwitchTo(context_);
        const double result = DatumGetFloat8(DirectFunctionCall1(numeric_float8, value));
        MemoryContextSwitchTo(previous);
        return result;
      });
  }
}

// False if there is a NULL in it.
bool RowPacker::read_part(Part& part, Datum value) {
  const Bytes bytes = flat(value);
  prefetcher_.at(bytes.data(), bytes.size());
  if (part.kind == ColumnKind::array) return read_array(part, bytes);
  context_used_ = true;
  part.row = call([&] {
    MemoryContext const previous = MemoryContextSwitchTo(context_);
    const SparseFeatures sparse = part.svec.read(bytes);
    MemoryContextSwitchTo(previous);
    return sparse;
  });
  return true;
}

bool RowPacker::read_array(Part& part, Bytes array) {
  ArrayHead head{};
  constexpr Size data_offset = ARR_OVERHEAD_NONULLS(1) - VARHDRSZ;
  std::memcpy(&head, array.data(), std::min(sizeof head, array.size()));
  if (head.ndim == 0) {
    part.row = Features();
    return true;
  }
  if (head.ndim != 1)
    throw InvalidInput(
        concat(columns_.learner, ": \"", columns_.features[static_cast<std::size_t>(&part - parts_.data())].name,
               "\" must be a one-dimensional array, not one of ", head.ndim, " dimensions"),
        "Give its rows as columns of their own, or unnest it.");
  const auto n = static_cast<std::size_t>(head.size);
  const std::byte* data = array.data() + data_offset;
  if (head.dataoffset != 0) {  // there is a bitmap of what is not NULL
    const std::byte* const bitmap = data;
    for (std::size_t i = 0; i < n; ++i)
      if (!(std::to_integer<int>(bitmap[i / 8]) >> (i % 8) & 1)) return false;
    data = array.data() + head.dataoffset - VARHDRSZ;
  }
  if (head.elemtype == FLOAT8OID && reinterpret_cast<std::uintptr_t>(data) % alignof(double) == 0) {
    part.row = Features(std::span(reinterpret_cast<const double*>(data), n));
    return true;
  }
  if (head.elemtype == FLOAT4OID && reinterpret_cast<std::uintptr_t>(data) % alignof(float) == 0) {
    part.row = Features(std::span(reinterpret_cast<const float*>(data), n));
    return true;
  }
  if (part.room.size() < n) part.room.resize(n);
  if (head.elemtype == NUMERICOID) {  // elements are aligned to the whole
    context_used_ = true;
    call([&] {
      MemoryContext const previous = MemoryContextSwitchTo(context_);
      auto* const whole = static_cast<std::byte*>(palloc(array.size() + VARHDRSZ));
      std::memcpy(whole + VARHDRSZ, array.data(), array.size());
      read_numbers(head.elemtype, whole + VARHDRSZ + (data - array.data()), n, part.room.data());
      MemoryContextSwitchTo(previous);
    });
  } else {
    call([&] { read_numbers(head.elemtype, data, n, part.room.data()); });
  }
  part.row = Features(std::span<const double>(part.room.data(), n));
  return true;
}

// The first row of a process settles what all later ones must have, and must have what other processes settled.
void RowPacker::settle_widths() {
  RowsControl& rows = area_.rows();
  std::uint64_t features = 0;
  for (Part& part : parts_) {
    if (part.kind == ColumnKind::array || part.kind == ColumnKind::svec)
      part.width = static_cast<std::uint32_t>(part.row.size());
    part.offset = static_cast<std::uint32_t>(features);
    features += part.width;
  }
  check_width(columns_.learner, features, max_sparse_size);

  auto* const widths = area_.at<std::uint32_t>(rows.widths);
  const RowFormat format{static_cast<std::uint32_t>(features), columns_.sparse, columns_.narrow, columns_.weighted,
                         static_cast<std::uint32_t>(tags_.size())};
  call([&] {
    LWLockAcquire(&rows.lock, LW_EXCLUSIVE);
    if (!rows.widths_known) {
      for (std::size_t i = 0; i < parts_.size(); ++i) widths[i] = parts_[i].width;
      rows.format = format;
      rows.widths_known = true;
    }
    LWLockRelease(&rows.lock);
  });
  for (std::size_t i = 0; i < parts_.size(); ++i)
    if (widths[i] != parts_[i].width) refuse_widths(columns_.learner, widths[i], parts_[i].width);
  format_ = rows.format;
  dense_.resize(format_.sparse ? 0 : features);
  target_.open(format_);
  settled_ = true;
}

FeatureRow RowPacker::row_of_numbers(const Datum* values) {
  for (std::size_t i = 0; i < parts_.size(); ++i) dense_[i] = number(parts_[i].kind, values[parts_[i].position]);
  return Features(std::span<const double>(dense_));
}

// As bits, see train/techniques/row_ids.hpp.
FeatureRow RowPacker::row_of_ids(const Datum* values) {
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Datum value = values[parts_[i].position];
    std::uint64_t bits;
    switch (parts_[i].kind) {
      case ColumnKind::int2:
        bits = static_cast<std::uint64_t>(std::int64_t{DatumGetInt16(value)});
        break;
      case ColumnKind::int4:
        bits = static_cast<std::uint64_t>(std::int64_t{DatumGetInt32(value)});
        break;
      case ColumnKind::int8:
        bits = static_cast<std::uint64_t>(DatumGetInt64(value));
        break;
      default:
        bits = id_texts_[i].code_of(label_text(columns_.features[i], value));
    }
    std::memcpy(&dense_[i], &bits, sizeof bits);
  }
  return Features(std::span<const double>(dense_));
}

// Columns of several kinds, one after the other.
FeatureRow RowPacker::whole_row(const Datum* values) {
  indices_.clear();
  values_.clear();
  const auto add = [&](std::size_t index, double value) {
    if (value == 0) return;
    indices_.push_back(static_cast<std::uint32_t>(index));
    values_.push_back(value);
  };
  for (Part& part : parts_) {
    if (part.kind == ColumnKind::svec) {
      const SparseFeatures& x = part.row.sparse();
      for (std::size_t e = 0; e < x.indices.size(); ++e) add(part.offset + x.indices[e], x.values[e]);
    } else if (part.kind == ColumnKind::array) {
      if (format_.sparse)
        for (std::size_t i = 0; i < part.width; ++i) add(part.offset + i, part.row.dense()[i]);
      else
        part.row.dense().copy_to(dense_.data() + part.offset);
    } else {
      const double value = number(part.kind, values[part.position]);
      if (format_.sparse)
        add(part.offset, value);
      else
        dense_[part.offset] = value;
    }
  }
  if (format_.sparse) return SparseFeatures{format_.features, indices_, values_};
  return Features(std::span<const double>(dense_));
}

void RowPacker::refuse_infinite(const FeatureRow& row) {
  std::size_t index = 0;
  double value = 0;
  const Features numbers = row.is_sparse() ? Features(row.sparse().values) : row.dense();
  while (std::isfinite(value = numbers[index])) ++index;
  if (row.is_sparse()) index = row.sparse().indices[index];
  std::size_t i = parts_.size() - 1;
  while (parts_[i].offset > index) --i;
  const std::string_view name = columns_.features[i].name;
  const char* const hint = "Leave such rows out with WHERE, or by a NULL: nullif(..., 'NaN').";
  if (parts_[i].kind == ColumnKind::array || parts_[i].kind == ColumnKind::svec)
    throw InvalidInput(concat(columns_.learner, ": ", name, " must be finite, but ", name, "[",
                              index - parts_[i].offset + 1, "] is ", value),
                       hint);
  throw InvalidInput(concat(columns_.learner, ": ", name, " must be finite, not ", value), hint);
}

double RowPacker::target_value(const Datum* values) {
  const Datum value = values[columns_.y.position];
  const auto kind = static_cast<TargetKind>(columns_.target);
  if (is_classifier(kind)) return class_of(value);
  const double y = number(static_cast<ColumnKind>(columns_.y.kind), value);
  const auto refuse = [&](std::string_view what) {
    throw InvalidInput(concat(columns_.learner, ": ", columns_.y.name, " must be ", what, ", not ", y),
                       "Leave such rows out with WHERE, or by a NULL.");
  };
  if (!std::isfinite(y)) refuse("finite");
  if ((kind == TargetKind::non_negative || kind == TargetKind::survival) && y < 0) refuse("at least 0");
  if (kind == TargetKind::positive && y <= 0) refuse("above 0");
  if (!columns_.censored) return y;
  const double event = number(static_cast<ColumnKind>(columns_.event.kind), values[columns_.event.position]);
  if (event != 0 && event != 1)
    throw InvalidInput(concat(columns_.learner, ": ", columns_.event.name, " must be 0 or 1, not ", event),
                       "1 where the event was seen, 0 where it was not.");
  return std::copysign(y, event - 0.5);
}

double RowPacker::tag_value(const TrainingColumn& column, Datum value) {
  const auto kind = static_cast<ColumnKind>(column.kind);
  if (kind == ColumnKind::text || kind == ColumnKind::printable)
    return static_cast<double>(hash_of_id(label_text(column, value)) >> 12);
  const double tag = number(kind, value);
  if (!std::isfinite(tag))
    throw InvalidInput(concat(columns_.learner, ": ", column.name, " must be finite, not ", tag),
                       "Leave such rows out with WHERE, or by a NULL.");
  return tag;
}

// Of a text or printable column; valid until the next row.
std::string_view RowPacker::label_text(const TrainingColumn& column, Datum value) {
  if (static_cast<ColumnKind>(column.kind) == ColumnKind::text) {
    const Bytes text = flat(value);
    return {reinterpret_cast<const char*>(text.data()), text.size()};
  }
  context_used_ = true;
  return call([&] {
    MemoryContext const previous = MemoryContextSwitchTo(context_);
    const char* const printed = OutputFunctionCall(&outputs_[static_cast<std::size_t>(column.position)], value);
    MemoryContextSwitchTo(previous);
    return printed;
  });
}

double RowPacker::class_of(Datum value) {
  const TrainingColumn& column = columns_.labels();
  switch (static_cast<ColumnKind>(column.kind)) {
    case ColumnKind::boolean: {
      std::int32_t& number = small_[DatumGetBool(value)];
      if (number < 0)
        number = static_cast<std::int32_t>(
            class_number({DatumGetBool(value) ? "true" : "false", ClassLabel::Type::boolean}));
      return number;
    }
    case ColumnKind::int2:
      return class_of_integer(DatumGetInt16(value));
    case ColumnKind::int4:
      return class_of_integer(DatumGetInt32(value));
    case ColumnKind::int8:
      return class_of_integer(DatumGetInt64(value));
    case ColumnKind::text:
      return class_number({label_text(column, value), ClassLabel::Type::text});
    case ColumnKind::printable: {
      if (by_value_ && last_class_ >= 0 && value == last_value_) return last_class_;
      last_class_ = static_cast<std::int32_t>(class_number({label_text(column, value), ClassLabel::Type::text}));
      last_value_ = value;
      return last_class_;
    }
    default: {
      const double y = number(static_cast<ColumnKind>(column.kind), value) + 0.0;  // -0 is 0
      if (!std::isfinite(y))
        throw InvalidInput(concat(columns_.learner, ": ", column.name, " must be finite, not ", y),
                           "Leave such rows out with WHERE.");
      if (y == std::trunc(y) && std::abs(y) < 0x1p53) return class_of_integer(static_cast<std::int64_t>(y));
      const std::string text = concat(y);
      return class_number({text, ClassLabel::Type::number});
    }
  }
}

double RowPacker::class_of_integer(std::int64_t value) {
  const bool small = value >= 0 && value < small_numbers;
  if (small && small_[static_cast<std::size_t>(value)] >= 0) return small_[static_cast<std::size_t>(value)];
  const std::string text = concat(value);
  const std::uint32_t number = class_number({text, ClassLabel::Type::number});
  if (small) small_[static_cast<std::size_t>(value)] = static_cast<std::int32_t>(number);
  return number;
}

// The last one in the list of all processes; what is before it changes no more.
dsa_pointer RowPacker::last_class() {
  RowsControl& rows = area_.rows();
  return call([&] {
    LWLockAcquire(&rows.lock, LW_SHARED);
    const dsa_pointer last = rows.last_class;
    LWLockRelease(&rows.lock);
    return last;
  });
}

dsa_pointer RowPacker::share_class(std::string_view text) {
  const dsa_pointer where = area_.allocate(sizeof(SharedClass) + text.size());
  if (where == 0) throw std::bad_alloc();
  auto* const entry = area_.at<SharedClass>(where);
  entry->size = static_cast<std::uint32_t>(text.size());
  std::memcpy(entry + 1, text.data(), text.size());
  return where;
}

// False if another process has added one since last_shared_.
bool RowPacker::add_class(dsa_pointer where) {
  RowsControl& rows = area_.rows();
  dsa_pointer* const next = last_shared_ ? &area_.at<SharedClass>(last_shared_)->next : &rows.first_class;
  return call([&] {
    LWLockAcquire(&rows.lock, LW_EXCLUSIVE);
    const bool last = rows.last_class == last_shared_;
    if (last) {
      *next = rows.last_class = where;
      ++rows.classes;
    }
    LWLockRelease(&rows.lock);
    return last;
  });
}

std::uint32_t RowPacker::class_number(ClassLabel label) {
  const std::size_t met = met_.find_or_add(columns_.learner, columns_.labels().name, label);
  if (met < numbers_.size()) return numbers_[met];

  const std::string text(label.text);
  if (const auto known = shared_.find(text); known != shared_.end()) return numbers_.emplace_back(known->second);
  dsa_pointer mine = 0;
  for (;;) {
    const dsa_pointer end = last_class();
    while (last_shared_ != end) {
      last_shared_ = last_shared_ ? area_.at<SharedClass>(last_shared_)->next : area_.rows().first_class;
      shared_.emplace(text_of(*area_.at<SharedClass>(last_shared_)), static_cast<std::uint32_t>(shared_.size()));
    }
    if (shared_.contains(text)) break;
    if (shared_.size() >= ClassDictionary::max_classes)
      throw InvalidInput(concat(columns_.learner, ": ", columns_.labels().name, " has more than ",
                                ClassDictionary::max_classes, columns_.stratified ? " strata" : " classes"),
                         columns_.stratified ? "" : "A number to be predicted is no class: use a regression.",
                         Fault::limit_exceeded);
    if (mine == 0) mine = share_class(text);
    if (!add_class(mine)) continue;
    shared_.emplace(text, static_cast<std::uint32_t>(shared_.size()));
    last_shared_ = std::exchange(mine, 0);
    break;
  }
  if (mine != 0) area_.free(mine);
  return numbers_.emplace_back(shared_.at(text));
}

}  // namespace quern::pg
