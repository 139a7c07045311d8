#pragma once
// What a body is called: the keyed BLAKE2b-256 of its bytes. The key is the enterprise's own, so that equal content has different names in
// different enterprises, and nobody without the key can test whether a known file is stored.

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

namespace blob {

using EnterpriseKey = std::array<uint8_t, 32>;

// From the bytes that directory/ keeps. Throws base::Failure kCorrupt when they are no key.
EnterpriseKey enterprise_key(std::string_view stored);

struct BlobId {
  std::array<uint8_t, 32> bytes{};

  auto operator<=>(const BlobId&) const = default;
  std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }
  // REQUIRES: 32 bytes, as view() gave them.
  static BlobId from(std::string_view stored);
};

// libsodium's crypto_generichash with a key. Thread-safe.
BlobId blob_id(const EnterpriseKey& key, std::string_view bytes);

}  // namespace blob

template <>
struct std::hash<blob::BlobId> {
  size_t operator()(const blob::BlobId& id) const noexcept {
    size_t out;
    std::memcpy(&out, id.bytes.data(), sizeof out);
    return out;
  }
};
