#pragma once
// SHA-256, the only hash that DKIM and ARC still use (RFC 8301).

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace mailauth {

class Sha256 {
 public:
  Sha256();
  Sha256(const Sha256& other);  // goes on from where the other is
  void add(std::string_view bytes);
  std::string finish();  // 32 bytes; nothing may be added after it

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

std::string sha256(std::string_view bytes);

}  // namespace mailauth
