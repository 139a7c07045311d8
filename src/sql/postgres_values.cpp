#include "sql/postgres_values.h"

#include <bit>
#include <cmath>

namespace sql {

namespace {

// Of the server's catalogue pg_type: permanent.
constexpr unsigned kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kFloat4 = 700, kFloat8 = 701, kNumeric = 1700;

uint64_t big_endian(std::string_view bytes) {
  uint64_t out = 0;
  for (unsigned char byte : bytes) out = out << 8 | byte;
  return out;
}

void put_big_endian(char* out, uint64_t number) {
  for (int i = 7; i >= 0; --i, number >>= 8) out[i] = static_cast<char>(number);
}

int16_t int16_at(std::string_view bytes, size_t index) { return static_cast<int16_t>(big_endian(bytes.substr(2 * index, 2))); }

// numeric := count weight sign scale digit*; each 16 bits, digits to the base 10000, the first worth 10000^weight.
double decode_numeric(std::string_view bytes) {
  if (bytes.size() < 8) return 0;
  double out = 0;
  const size_t count = std::min<size_t>(static_cast<size_t>(int16_at(bytes, 0)), bytes.size() / 2 - 4);
  for (size_t i = 0; i < count; ++i) out += int16_at(bytes, 4 + i) * std::pow(10000.0, int16_at(bytes, 1) - static_cast<int>(i));
  return int16_at(bytes, 2) == 0x4000 ? -out : out;
}

int64_t decode_whole_numeric(std::string_view bytes) {
  if (bytes.size() < 8) return 0;
  uint64_t out = 0;
  const int weight = std::min<int>(int16_at(bytes, 1), 4);  // more does not fit 64 bits
  const int count = std::min<int>(int16_at(bytes, 0), static_cast<int>(bytes.size() / 2 - 4));
  for (int i = 0; i <= weight; ++i)
    out = out * 10000 + (i < count ? static_cast<uint64_t>(int16_at(bytes, 4 + static_cast<size_t>(i))) : 0);
  return static_cast<int64_t>(int16_at(bytes, 2) == 0x4000 ? -out : out);
}

// The end of what starts at `at` and hides question marks: a quoted text or name, a comment. `at` itself when nothing does.
size_t hidden_end(std::string_view sql, size_t at) {
  size_t end = at;
  if (sql[at] == '\'' || sql[at] == '"') {
    end = sql.find(sql[at], at + 1);
  } else if (sql.substr(at, 2) == "--") {
    end = sql.find('\n', at);
  } else if (sql.substr(at, 2) == "/*") {
    end = sql.find("*/", at + 2);
  } else {
    return at;
  }
  return end == std::string_view::npos ? sql.size() : end + 1;
}

}  // namespace

std::string number_placeholders(std::string_view sql) {
  std::string out;
  int count = 0;
  for (size_t at = 0; at < sql.size();) {
    if (const size_t end = hidden_end(sql, at); end != at) {
      out += sql.substr(at, end - at);
      at = end;
    } else if (sql[at] == '?') {
      out += '$' + std::to_string(++count);
      ++at;
    } else {
      out += sql[at++];
    }
  }
  return out;
}

PostgresParameters::PostgresParameters(std::span<const Value> values) : scratch_(values.size() * 8) {
  char* room = scratch_.data();
  for (const Value& value : values) {
    const auto add = [&](char letter, unsigned type, const char* bytes, size_t size) {
      signature += letter;
      types.push_back(type);
      data.push_back(bytes);
      sizes.push_back(static_cast<int>(size));
      formats.push_back(1);
    };
    const auto bytes = value.bytes();
    const char* start = bytes.data() ? bytes.data() : "";
    switch (value.type()) {
      case Value::Type::kNull:
        add('n', 0, nullptr, 0);
        break;
      case Value::Type::kNumber:
        put_big_endian(room, static_cast<uint64_t>(value.number())), add('i', kInt8, room, 8);
        break;
      case Value::Type::kReal:
        put_big_endian(room, std::bit_cast<uint64_t>(value.real())), add('d', kFloat8, room, 8);
        break;
      case Value::Type::kText:
        add('t', kText, start, bytes.size());
        break;
      case Value::Type::kBlob:
        add('b', kBytea, start, bytes.size());
        break;
    }
    room += 8;
  }
}

int64_t decode_number(unsigned type, std::string_view bytes) {
  switch (type) {
    case kInt8:
      return static_cast<int64_t>(big_endian(bytes));
    case kInt4:
      return static_cast<int32_t>(big_endian(bytes));
    case kInt2:
      return static_cast<int16_t>(big_endian(bytes));
    case kBool:
      return static_cast<int64_t>(big_endian(bytes));
    case kFloat4:
    case kFloat8:
      return static_cast<int64_t>(decode_real(type, bytes));
    case kNumeric:
      return decode_whole_numeric(bytes);
    default:
      return 0;
  }
}

double decode_real(unsigned type, std::string_view bytes) {
  switch (type) {
    case kFloat8:
      return std::bit_cast<double>(big_endian(bytes));
    case kFloat4:
      return std::bit_cast<float>(static_cast<uint32_t>(big_endian(bytes)));
    case kNumeric:
      return decode_numeric(bytes);
    default:
      return static_cast<double>(decode_number(type, bytes));
  }
}

}  // namespace sql
