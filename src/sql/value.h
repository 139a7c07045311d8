#pragma once
// A statement's parameter: a 64-bit integer, a double, a text, bytes or null. Texts and bytes are borrowed for the length of the call.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace sql {

// Bytes, so that the drivers tell them from text: execute("... values (?, ?)", id, sql::Blob{record}).
struct Blob {
  std::string_view bytes;
};

class Value {
 public:
  enum class Type : uint8_t { kNull, kNumber, kReal, kText, kBlob };

  Value(std::nullptr_t) {}
  Value(std::nullopt_t) {}
  template <typename T>
  requires(std::integral<T> || std::is_enum_v<T>) Value(T number) : type_(Type::kNumber), number_(static_cast<int64_t>(number)) {}
  Value(double real) : type_(Type::kReal), real_(real) {}
  Value(std::string_view text) : type_(Type::kText), bytes_(text) {}
  Value(const std::string& text) : type_(Type::kText), bytes_(text) {}
  Value(const char* text) : type_(Type::kText), bytes_(text) {}
  Value(Blob blob) : type_(Type::kBlob), bytes_(blob.bytes) {}
  // Null when empty. A view into the optional: keep it alive for the call.
  template <typename T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value(nullptr)) {}

  Type type() const { return type_; }
  int64_t number() const { return number_; }
  double real() const { return real_; }
  std::string_view bytes() const { return bytes_; }

 private:
  Type type_ = Type::kNull;
  int64_t number_ = 0;
  double real_ = 0;
  std::string_view bytes_;
};

}  // namespace sql
