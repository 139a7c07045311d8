#pragma once
// A page: up to 1,024 messages of a mailbox in UID order, each with its flags and modseq. Immutable, compact, and the same bytes in memory
// and on disk.
//
// Three columns, each as narrow as its content allows: a column that is one value, or that counts up by one, takes no room for its entries,
// so a page of freshly delivered mail is a few dozen bytes, and one of the mixed kind is 3 to 7 bytes a message. The bytes are described in
// doc/formats/mailbox-page.md:
//
//   page    := version(1 byte = 1) count(u16) uids flags modseqs          all integers little-endian
//   uids    := base(u32) width(u8: 0 means base+i; 2 or 4 bytes an entry) offset from base, count times
//   flags   := palette size(u16), palette (u64 each), width(u8: 0 means all palette[0]; 1 or 2) index, count times
//   modseqs := base(u64) width(u8: 0 means all equal base; 1 means base+i; 2, 4 or 8 bytes an entry) offset from base, count times
//
// A row per message was rejected: flags of ten thousand messages would be ten thousand row writes (doc/decisions/0003-mailbox-pages.md).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/flags.h"

namespace store {

constexpr size_t kPageEntries = 1024;

struct Entry {
  uint32_t uid = 0;
  FlagSet flags = 0;
  uint64_t modseq = 0;
  bool operator==(const Entry&) const = default;
};

class Page {
 public:
  // REQUIRES: 1 to kPageEntries entries, UIDs strictly ascending.
  static std::shared_ptr<const Page> make(int64_t number, std::span<const Entry> entries);
  // The page from stored bytes; throws base::Failure kCorrupt when they break the format.
  static std::shared_ptr<const Page> decode(int64_t number, std::string_view bytes);

  // This page and one more message at its end. O(1) when the new entry continues the columns, as a delivery's does. REQUIRES: room, a
  // greater UID.
  std::shared_ptr<const Page> with(const Entry& entry) const;

  int64_t number() const { return number_; }  // its key in the mailbox, ascending with the UIDs
  const std::string& bytes() const { return bytes_; }
  size_t size() const { return count_; }
  uint32_t uid(size_t i) const;
  FlagSet flags(size_t i) const;
  uint64_t modseq(size_t i) const;
  Entry entry(size_t i) const { return {uid(i), flags(i), modseq(i)}; }
  uint32_t first_uid() const { return uid(0); }
  uint32_t last_uid() const { return uid(count_ - 1); }
  uint64_t max_modseq() const { return max_modseq_; }
  // The index of the first entry whose UID is at least `uid`; size() when there is none.
  size_t lower_bound(uint32_t uid) const;
  // How many entries have all of `flags`.
  size_t count_with(FlagSet flags) const;
  void append_to(std::vector<Entry>& out) const;

 private:
  Page() = default;
  void index();

  std::string bytes_;
  int64_t number_ = 0;
  uint64_t max_modseq_ = 0;
  uint64_t modseq_base_ = 0;
  uint32_t uid_base_ = 0;
  uint16_t count_ = 0;
  uint16_t palette_at_ = 0, flags_at_ = 0, modseqs_at_ = 0;
  uint8_t uid_width_ = 0, flags_width_ = 0, modseq_width_ = 0;
};

}  // namespace store
