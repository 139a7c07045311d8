#include "base/record.h"

namespace base {

void put_varint(std::string& out, uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

std::optional<uint64_t> take_varint(std::string_view& in) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
    auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    if (shift == 63 && byte > 1) return std::nullopt;
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

void put_bytes(std::string& out, std::string_view bytes) {
  put_varint(out, bytes.size());
  out += bytes;
}

std::optional<std::string_view> take_bytes(std::string_view& in) {
  auto length = take_varint(in);
  if (!length || *length > in.size()) return std::nullopt;
  auto bytes = in.substr(0, *length);
  in.remove_prefix(*length);
  return bytes;
}

void RecordWriter::put(uint32_t tag, std::string_view bytes) {
  put_varint(out_, tag);
  put_bytes(out_, bytes);
}

void RecordWriter::put_number(uint32_t tag, uint64_t value) {
  std::string bytes;
  put_varint(bytes, value);
  put(tag, bytes);
}

RecordReader::RecordReader(std::string_view record) : in_(record) {
  auto version = take_varint(in_);
  ok_ = version.has_value();
  version_ = static_cast<uint32_t>(version.value_or(0));
}

bool RecordReader::next(uint32_t& tag, std::string_view& bytes) {
  if (!ok_ || in_.empty()) return false;
  auto t = take_varint(in_);
  auto b = t ? take_bytes(in_) : std::nullopt;
  if (!b) return ok_ = false;
  tag = static_cast<uint32_t>(*t);
  bytes = *b;
  return true;
}

uint64_t RecordReader::number(std::string_view bytes) { return take_varint(bytes).value_or(0); }

}  // namespace base
