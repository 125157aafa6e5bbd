// Packed values that outlive their query (a stored state, a model) start with a label that says what they are,
// so that the bytes of one kind are never read as another.
#pragma once

#include <string>
#include <string_view>

#include "base/pack.hpp"

namespace quern {

// The name a type is registered under; specialised from uda/registry.def.
template <class T>
inline constexpr std::string_view registered_name{};

struct Label {
  std::uint32_t format;  // of the label and of pack; a foreign byte order shows here too
  std::uint32_t name;    // hash of the registered name
  std::uint32_t layout;  // hash of the field types: changes when a field is added, removed, moved or retyped

  bool operator==(const Label&) const = default;
};

inline constexpr std::uint32_t current_format = 0x51550001;  // "QU", version 1

namespace detail {

struct Fnv1a {
  std::uint32_t value = 2166136261;
  constexpr void mix(std::uint32_t byte) { value = (value ^ byte) * 16777619; }
};

template <class T>
constexpr void mix_layout(Fnv1a& hash) {
  if constexpr (Scalar<T>) {
    hash.mix(sizeof(T) + 16 * std::is_floating_point_v<T> + 32 * std::is_signed_v<T>);
  } else if constexpr (Sequence<T>) {
    hash.mix('[');
    mix_layout<typename T::value_type>(hash);
  } else {
    hash.mix('{');
    [&]<class... F>(std::tuple<F&...>*) {
      (mix_layout<F>(hash), ...);
    }(static_cast<decltype(tie_fields(std::declval<T&>()))*>(nullptr));
    hash.mix('}');
  }
}

}  // namespace detail

constexpr std::uint32_t name_hash(std::string_view name) {
  detail::Fnv1a hash;
  for (unsigned char c : name) hash.mix(c);
  return hash.value;
}

template <class T>
inline constexpr Label label_of = [] {
  static_assert(!registered_name<T>.empty(), "not in uda/registry.def");
  detail::Fnv1a layout;
  detail::mix_layout<T>(layout);
  return Label{current_format, name_hash(registered_name<T>), layout.value};
}();

inline Label read_label(Bytes bytes) {
  Label label{};
  if (bytes.size() >= sizeof label) std::memcpy(&label, bytes.data(), sizeof label);
  if (label.format != current_format) detail::refuse_bytes("the bytes are no value of quern, or of another format");
  return label;
}

template <class T>
std::size_t labelled_size(const T& value) noexcept {
  return sizeof(Label) + packed_size(value);
}

template <class T>
void pack_labelled(const T& value, std::byte* to) noexcept {
  std::memcpy(to, &label_of<T>, sizeof(Label));
  pack(value, to + sizeof(Label));
}

template <class T>
void unpack_labelled(Bytes bytes, T& value) {
  const Label label = read_label(bytes);
  if (label != label_of<T>) {
    const std::string expected = '"' + std::string(registered_name<T>) + '"';
    if (label.name == label_of<T>.name)
      throw InvalidInput("value of kind " + expected + " was packed by another version of quern", {},
                         Fault::malformed_binary);
    throw InvalidInput(std::string(registered_name<T>) + ": the value given is of another kind",
                       "A state is read only by the functions of the aggregate that made it.");
  }
  unpack(bytes.subspan(sizeof label), value);
}

}  // namespace quern
