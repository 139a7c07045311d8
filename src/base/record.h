#pragma once
// Stored records: a byte format that keeps what it does not know.
//
//   record := version(varint) field*
//   field  := tag(varint) length(varint) bytes
//
// Tags are permanent: never reuse one. Integers are varints (LEB128), signed ones zigzag. A reader skips tags it does not know,
// and a writer that changes a record copies them through, so that releases N and N-1 can share one database.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace base {

void put_varint(std::string& out, uint64_t value);
// Takes a varint off the front of `in`; nullopt (and `in` unspecified) when it is cut short or over 64 bits.
std::optional<uint64_t> take_varint(std::string_view& in);
inline uint64_t zigzag(int64_t v) { return static_cast<uint64_t>(v) << 1 ^ static_cast<uint64_t>(v >> 63); }
inline int64_t unzigzag(uint64_t v) { return static_cast<int64_t>(v >> 1) ^ -static_cast<int64_t>(v & 1); }

void put_bytes(std::string& out, std::string_view bytes);  // length, then the bytes
std::optional<std::string_view> take_bytes(std::string_view& in);

class RecordWriter {
 public:
  explicit RecordWriter(uint32_t version) { put_varint(out_, version); }
  void put(uint32_t tag, std::string_view bytes);
  void put_number(uint32_t tag, uint64_t value);
  std::string finish() { return std::move(out_); }

 private:
  std::string out_;
};

// Views into the record: keep it alive while reading.
class RecordReader {
 public:
  explicit RecordReader(std::string_view record);
  bool ok() const { return ok_; }  // false once a malformed byte was met
  uint32_t version() const { return version_; }
  // The next field, in stored order; false at the end or on malformed bytes.
  bool next(uint32_t& tag, std::string_view& bytes);
  static uint64_t number(std::string_view bytes);  // 0 when malformed

 private:
  std::string_view in_;
  uint32_t version_ = 0;
  bool ok_ = true;
};

}  // namespace base
