#pragma once
// Values between us and libpq, all in PostgreSQL's binary format: big-endian integers and doubles, texts and bytes as they are.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/value.h"

namespace sql {

// `?` outside quotes and comments becomes $1, $2, ...
std::string number_placeholders(std::string_view sql);

// The arrays PQsendQueryPrepared and PQsendPrepare take. Points into the values given: keep them.
struct PostgresParameters {
  explicit PostgresParameters(std::span<const Value> values);
  int count() const { return static_cast<int>(data.size()); }
  // One letter a type: a statement is prepared once for each list of types, because the server takes them literally in binary.
  std::string signature;
  std::vector<unsigned> types;
  std::vector<const char*> data;
  std::vector<int> sizes;
  std::vector<int> formats;

 private:
  std::vector<char> scratch_;
};

// A column as a number, by the type the server says it has (integers, booleans, floating point, numeric as sum() gives it). Others: 0.
int64_t decode_number(unsigned type, std::string_view bytes);
double decode_real(unsigned type, std::string_view bytes);

}  // namespace sql
