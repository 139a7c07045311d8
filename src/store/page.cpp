#include "store/page.h"

#include <algorithm>
#include <cstring>

#include "base/error.h"

namespace store {

namespace {

constexpr uint8_t kVersion = 1;

template <typename T>
void put(std::string& out, T value) {
  char raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));  // the machines this runs on are little-endian
  out.append(raw, sizeof(T));
}

template <typename T>
T get(const std::string& bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return value;
}

uint64_t get_wide(const std::string& bytes, size_t at, uint8_t width) {
  switch (width) {
    case 1:
      return get<uint8_t>(bytes, at);
    case 2:
      return get<uint16_t>(bytes, at);
    case 4:
      return get<uint32_t>(bytes, at);
    default:
      return get<uint64_t>(bytes, at);
  }
}

void put_wide(std::string& out, uint64_t value, uint8_t width) {
  switch (width) {
    case 1:
      return put(out, static_cast<uint8_t>(value));
    case 2:
      return put(out, static_cast<uint16_t>(value));
    case 4:
      return put(out, static_cast<uint32_t>(value));
    default:
      return put(out, value);
  }
}

uint8_t width_for(uint64_t greatest) { return greatest <= UINT16_MAX ? 2 : greatest <= UINT32_MAX ? 4 : 8; }

void put_uids(std::string& out, std::span<const Entry> entries) {
  uint32_t base = entries.front().uid, span = entries.back().uid - base;
  uint8_t width = span == entries.size() - 1 ? 0 : width_for(span);
  put(out, base);
  put(out, width);
  for (const Entry& e : width ? entries : std::span<const Entry>()) put_wide(out, e.uid - base, width);
}

void put_flags(std::string& out, std::span<const Entry> entries) {
  std::vector<FlagSet> palette;
  std::vector<uint16_t> indices(entries.size());
  size_t last = 0;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (palette.empty() || palette[last] != entries[i].flags) {
      last = std::find(palette.begin(), palette.end(), entries[i].flags) - palette.begin();
      if (last == palette.size()) palette.push_back(entries[i].flags);
    }
    indices[i] = static_cast<uint16_t>(last);
  }
  uint8_t width = palette.size() == 1 ? 0 : palette.size() <= 256 ? 1 : 2;
  put(out, static_cast<uint16_t>(palette.size()));
  for (FlagSet flags : palette) put(out, flags);
  put(out, width);
  for (uint16_t index : width ? indices : std::vector<uint16_t>()) put_wide(out, index, width);
}

void put_modseqs(std::string& out, std::span<const Entry> entries) {
  uint64_t base = UINT64_MAX, greatest = 0;
  bool equal = true, counting = true;
  for (size_t i = 0; i < entries.size(); ++i) {
    base = std::min(base, entries[i].modseq);
    greatest = std::max(greatest, entries[i].modseq);
    equal = equal && entries[i].modseq == entries[0].modseq;
    counting = counting && entries[i].modseq == entries[0].modseq + i;
  }
  uint8_t width = equal ? 0 : counting ? 1 : width_for(greatest - base);
  put(out, base);
  put(out, width);
  for (const Entry& e : width > 1 ? entries : std::span<const Entry>()) put_wide(out, e.modseq - base, width);
}

[[noreturn]] void corrupt(const char* why) { throw base::Failure(base::ErrorKind::kCorrupt, "a mailbox page is damaged", why); }

}  // namespace

std::shared_ptr<const Page> Page::make(int64_t number, std::span<const Entry> entries) {
  auto page = std::shared_ptr<Page>(new Page);
  page->number_ = number;
  std::string& out = page->bytes_;
  out.reserve(64 + entries.size() * 5);
  put(out, kVersion);
  put(out, static_cast<uint16_t>(entries.size()));
  put_uids(out, entries);
  put_flags(out, entries);
  put_modseqs(out, entries);
  out.shrink_to_fit();
  page->index();
  return page;
}

std::shared_ptr<const Page> Page::with(const Entry& entry) const {
  bool continues = uid_width_ == 0 && entry.uid == uid_base_ + count_ && flags_width_ == 0 && entry.flags == flags(0) &&
                   (modseq_width_ == 1 || count_ == 1) && entry.modseq == modseq_base_ + count_;
  if (continues) {
    auto page = std::shared_ptr<Page>(new Page(*this));
    auto count = static_cast<uint16_t>(count_ + 1);
    std::memcpy(page->bytes_.data() + 1, &count, sizeof count);
    page->bytes_.back() = 1;  // the modseq width, last since the column takes no room
    page->count_ = count;
    page->modseq_width_ = 1;
    page->max_modseq_ = entry.modseq;
    return page;
  }
  std::vector<Entry> entries;
  entries.reserve(count_ + 1);
  append_to(entries);
  entries.push_back(entry);
  return make(number_, entries);
}

std::shared_ptr<const Page> Page::decode(int64_t number, std::string_view bytes) {
  auto page = std::shared_ptr<Page>(new Page);
  page->number_ = number;
  page->bytes_ = bytes;
  page->index();
  return page;
}

// Finds the columns and checks every length and every invariant that the accessors rely on.
void Page::index() {
  size_t at = 0;
  auto need = [&](size_t n) {
    if (bytes_.size() - at < n) corrupt("cut short");
    return std::exchange(at, at + n);
  };
  if (get<uint8_t>(bytes_, need(1)) != kVersion) corrupt("unknown version");
  count_ = get<uint16_t>(bytes_, need(2));
  if (count_ == 0 || count_ > kPageEntries) corrupt("bad count");

  uid_base_ = get<uint32_t>(bytes_, need(4));
  uid_width_ = get<uint8_t>(bytes_, need(1));
  if (uid_width_ != 0 && uid_width_ != 2 && uid_width_ != 4) corrupt("bad UID width");
  need(size_t{uid_width_} * count_);

  size_t palette = get<uint16_t>(bytes_, need(2));
  palette_at_ = static_cast<uint16_t>(at);
  if (palette == 0 || palette > count_) corrupt("bad palette");
  need(palette * 8);
  flags_width_ = get<uint8_t>(bytes_, need(1));
  if (flags_width_ > 2) corrupt("bad flags width");
  flags_at_ = static_cast<uint16_t>(at);
  need(size_t{flags_width_} * count_);

  modseq_base_ = get<uint64_t>(bytes_, need(8));
  modseq_width_ = get<uint8_t>(bytes_, need(1));
  if (modseq_width_ > 8 || modseq_width_ == 3 || (modseq_width_ > 4 && modseq_width_ < 8)) corrupt("bad modseq width");
  modseqs_at_ = static_cast<uint16_t>(at);
  if (modseq_width_ > 1) need(size_t{modseq_width_} * count_);
  if (at != bytes_.size()) corrupt("bytes left over");

  for (size_t i = 0; i < count_; ++i) {
    if (i > 0 && uid_width_ && uid(i) <= uid(i - 1)) corrupt("UIDs out of order");
    if (flags_width_ && get_wide(bytes_, flags_at_ + i * flags_width_, flags_width_) >= palette) corrupt("flags outside the palette");
    max_modseq_ = std::max(max_modseq_, modseq(i));
  }
}

uint32_t Page::uid(size_t i) const {
  constexpr size_t kUidsAt = 8;
  return uid_base_ + static_cast<uint32_t>(uid_width_ ? get_wide(bytes_, kUidsAt + i * uid_width_, uid_width_) : i);
}

FlagSet Page::flags(size_t i) const {
  size_t index = flags_width_ ? get_wide(bytes_, flags_at_ + i * flags_width_, flags_width_) : 0;
  return get<FlagSet>(bytes_, palette_at_ + index * 8);
}

uint64_t Page::modseq(size_t i) const {
  if (modseq_width_ <= 1) return modseq_base_ + (modseq_width_ ? i : 0);
  return modseq_base_ + get_wide(bytes_, modseqs_at_ + i * modseq_width_, modseq_width_);
}

size_t Page::lower_bound(uint32_t wanted) const {
  size_t low = 0, high = count_;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (uid(middle) < wanted)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

size_t Page::count_with(FlagSet wanted) const {
  if (!flags_width_) return (flags(0) & wanted) == wanted ? count_ : 0;
  size_t n = 0;
  for (size_t i = 0; i < count_; ++i) n += (flags(i) & wanted) == wanted;
  return n;
}

void Page::append_to(std::vector<Entry>& out) const {
  for (size_t i = 0; i < count_; ++i) out.push_back(entry(i));
}

}  // namespace store
