// Labels and features of a sequence, as SQL has them:
//
//   labels    text[], one for each position
//   features  jsonb    an array with one element for each position: an array of names (or numbers of features), or an
//                      object of names with values: numbers; true and false, as 1 and 0; text, as the feature
//                      "name=text"; or a lone name
//             text[]   names, or integer[] or bigint[], numbers of features: with offsets those of position i are from
//                      offsets[i] + 1 to offsets[i + 1]; without, of a matrix its row i (NULLs are none), of a plain
//                      array its element i
//   offsets   integer[] of one more than there are positions, from 0 to the number of features
#pragma once

#include <cstdint>

#include "base/sequence.hpp"
#include "pg/postgres.hpp"

namespace quern::pg {

enum class FeatureForm : std::int32_t { json, names, ids };

// What the type of a column or argument of features is; false if it is none.
bool feature_form(Oid type, FeatureForm& form);
bool is_text_array(Oid type);
bool is_offsets(Oid type);

struct RawSequence {
  const SequenceEntry* entries;
  std::size_t count, positions;
  bool null;  // there is a NULL in it
};

struct RawLabels {
  const Datum* texts;
  std::size_t count;
  bool null;
};

// May ereport; `who` is what messages start with. What they return lies in the present memory context, or in what was
// given.
RawSequence read_sequence(const char* who, FeatureForm form, Datum features, const Datum* offsets);
RawLabels read_labels(const char* who, Datum labels);

}  // namespace quern::pg
