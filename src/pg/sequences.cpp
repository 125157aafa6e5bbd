#include "pg/sequences.hpp"

#include <cmath>

namespace quern::pg {

namespace {

Oid element_of(Oid type) {
  const Oid element = get_element_type(getBaseType(type));
  return element == InvalidOid ? InvalidOid : getBaseType(element);
}

// Entries in memory of the present context, as they come.
class Entries {
 public:
  void open_position() {
    add({nullptr, SequenceEntry::position, 0, 0});
    ++positions_;
  }
  void add_name(const char* name, int size, double value) {
    if (value != 0) add({name, size, 0, value});
  }
  void add_id(std::int64_t id) { add({nullptr, SequenceEntry::id, id, 1}); }

  RawSequence finish() const { return {entries_, count_, positions_, false}; }

 private:
  void add(const SequenceEntry& entry) {
    if (count_ == room_) {
      room_ = room_ ? 2 * room_ : 256;
      const Size bytes = room_ * sizeof(SequenceEntry);
      entries_ = static_cast<SequenceEntry*>(entries_ ? repalloc_huge(entries_, bytes)
                                                      : MemoryContextAllocHuge(CurrentMemoryContext, bytes));
    }
    entries_[count_++] = entry;
  }

  SequenceEntry* entries_ = nullptr;
  std::size_t count_ = 0, room_ = 0, positions_ = 0;
};

constexpr RawSequence with_null{nullptr, 0, 0, true};

[[noreturn]] void refuse(const char* who, const char* what, const char* hint) {
  ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s: %s", who, what), errhint("%s", hint)));
  pg_unreachable();
}

constexpr const char* json_hint =
    "Features are an array with, for each position, an array of names or an object of names with values.";

// A string or number that is a feature of its own.
void add_json_name(Entries& entries, const JsonbValue& value) {
  if (value.type == jbvString) {
    entries.add_name(value.val.string.val, value.val.string.len, 1);
  } else {
    char* const digits = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value.val.numeric)));
    entries.add_name(digits, static_cast<int>(strlen(digits)), 1);
  }
}

// False at a null.
bool add_json_pair(const char* who, Entries& entries, const JsonbValue& key, const JsonbValue& value) {
  const char* const name = key.val.string.val;
  const int size = key.val.string.len;
  switch (value.type) {
    case jbvNumeric: {
      const double number = DatumGetFloat8(DirectFunctionCall1(numeric_float8, NumericGetDatum(value.val.numeric)));
      if (!std::isfinite(number)) refuse(who, "the value of a feature must be finite", json_hint);
      entries.add_name(name, size, number);
      return true;
    }
    case jbvBool:
      entries.add_name(name, size, value.val.boolean);
      return true;
    case jbvString: {
      const int whole = size + 1 + value.val.string.len;
      char* const text = static_cast<char*>(palloc(static_cast<Size>(whole)));
      memcpy(text, name, static_cast<std::size_t>(size));
      text[size] = '=';
      memcpy(text + size + 1, value.val.string.val, static_cast<std::size_t>(value.val.string.len));
      entries.add_name(text, whole, 1);
      return true;
    }
    case jbvNull:
      return false;
    default:
      refuse(who, "the value of a feature must be a number, a boolean or text", json_hint);
  }
}

RawSequence read_json(const char* who, Datum features) {
  Jsonb* const json = DatumGetJsonbP(features);
  if (!JB_ROOT_IS_ARRAY(json) || JB_ROOT_IS_SCALAR(json))
    refuse(who, "features must be a JSON array of positions", json_hint);
  Entries entries;
  JsonbIterator* iterator = JsonbIteratorInit(&json->root);
  JsonbValue value, key{};
  int depth = 0;
  for (;;) {
    const JsonbIteratorToken token = JsonbIteratorNext(&iterator, &value, false);
    switch (token) {
      case WJB_DONE:
        return entries.finish();
      case WJB_BEGIN_ARRAY:
      case WJB_BEGIN_OBJECT:
        if (++depth > 2) refuse(who, "a position has an array or object inside", json_hint);
        if (depth == 2) entries.open_position();
        break;
      case WJB_END_ARRAY:
      case WJB_END_OBJECT:
        --depth;
        break;
      case WJB_KEY:
        key = value;
        break;
      case WJB_VALUE:
        if (!add_json_pair(who, entries, key, value)) return with_null;
        break;
      case WJB_ELEM:
        if (value.type == jbvNull) return with_null;
        if (value.type != jbvString && value.type != jbvNumeric)
          refuse(who, "a feature must be a name, not true or false", json_hint);
        if (depth == 1) entries.open_position();
        add_json_name(entries, value);
        break;
    }
  }
}

struct Elements {
  Datum* values;
  bool* nulls;
  int count, rows;  // rows: of a matrix, else -1
  Oid type;
};

Elements elements_of(const char* who, const char* what, Datum datum) {
  ArrayType* const array = DatumGetArrayTypeP(datum);
  if (ARR_NDIM(array) > 2)
    ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                    errmsg("%s: %s must be an array of one or two dimensions, not %d", who, what, ARR_NDIM(array))));
  Elements elements{};
  elements.type = getBaseType(ARR_ELEMTYPE(array));
  elements.rows = ARR_NDIM(array) == 2 ? ARR_DIMS(array)[0] : -1;
  std::int16_t length;
  bool by_value;
  char alignment;
  get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &alignment);
  deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, alignment, &elements.values, &elements.nulls,
                    &elements.count);
  return elements;
}

std::int64_t integer(const Elements& elements, int i) {
  switch (elements.type) {
    case INT2OID:
      return DatumGetInt16(elements.values[i]);
    case INT4OID:
      return DatumGetInt32(elements.values[i]);
    default:
      return DatumGetInt64(elements.values[i]);
  }
}

bool has_null(const Elements& elements) {
  for (int i = 0; i < elements.count; ++i)
    if (elements.nulls[i]) return true;
  return false;
}

void add_element(Entries& entries, const Elements& elements, FeatureForm form, int i) {
  if (form == FeatureForm::ids) return entries.add_id(integer(elements, i));
  const varlena* const text = PG_DETOAST_DATUM_PACKED(elements.values[i]);
  entries.add_name(VARDATA_ANY(text), static_cast<int>(VARSIZE_ANY_EXHDR(text)), 1);
}

RawSequence read_ragged(const char* who, const Elements& elements, FeatureForm form, Datum datum) {
  constexpr const char* hint =
      "Offsets are one more than there are positions: from 0, never descending, to the number of features.";
  const Elements offsets = elements_of(who, "offsets", datum);
  if (has_null(elements) || has_null(offsets)) return with_null;
  if (elements.rows >= 0 || offsets.rows >= 0)
    refuse(who, "features and offsets must be arrays of one dimension", hint);
  if (offsets.count == 0 || integer(offsets, 0) != 0) refuse(who, "offsets must start with 0", hint);
  Entries entries;
  for (int p = 0; p + 1 < offsets.count; ++p) {
    const std::int64_t from = integer(offsets, p), to = integer(offsets, p + 1);
    if (to < from || to > elements.count) refuse(who, "offsets must ascend to the number of features", hint);
    entries.open_position();
    for (auto i = static_cast<int>(from); i < static_cast<int>(to); ++i) add_element(entries, elements, form, i);
  }
  if (integer(offsets, offsets.count - 1) != elements.count)
    refuse(who, "offsets must end with the number of features", hint);
  return entries.finish();
}

}  // namespace

bool feature_form(Oid type, FeatureForm& form) {
  if (getBaseType(type) == JSONBOID)
    form = FeatureForm::json;
  else if (is_text_array(type))
    form = FeatureForm::names;
  else if (is_offsets(type))
    form = FeatureForm::ids;
  else
    return false;
  return true;
}

bool is_text_array(Oid type) {
  const Oid element = element_of(type);
  return element == TEXTOID || element == VARCHAROID;
}

bool is_offsets(Oid type) {
  const Oid element = element_of(type);
  return element == INT4OID || element == INT8OID || element == INT2OID;
}

RawSequence read_sequence(const char* who, FeatureForm form, Datum features, const Datum* offsets) {
  if (form == FeatureForm::json) return read_json(who, features);
  const Elements elements = elements_of(who, "features", features);
  if (offsets) return read_ragged(who, elements, form, *offsets);
  Entries entries;
  const int width = elements.rows < 0 ? 1 : elements.count / elements.rows;
  for (int i = 0; i < elements.count; ++i) {
    if (i % width == 0) entries.open_position();
    if (!elements.nulls[i])
      add_element(entries, elements, form, i);
    else if (elements.rows < 0)
      return with_null;
  }
  return entries.finish();
}

RawLabels read_labels(const char* who, Datum labels) {
  const Elements elements = elements_of(who, "labels", labels);
  if (elements.rows >= 0)
    ereport(ERROR,
            (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("%s: labels must be an array of one dimension", who)));
  for (int i = 0; i < elements.count; ++i)
    if (!elements.nulls[i]) elements.values[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(elements.values[i]));
  return {elements.values, static_cast<std::size_t>(elements.count), has_null(elements)};
}

}  // namespace quern::pg
