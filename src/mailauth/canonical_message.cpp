#include "mailauth/canonical_message.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "mailauth/sha256.h"
#include "mime/message.h"

namespace mailauth {
namespace {

bool is_wsp(char c) { return c == ' ' || c == '\t'; }

// Takes the canonical body piece by piece and hashes it; keeps the hash at each length on the way.
class PrefixHashes {
 public:
  explicit PrefixHashes(const std::vector<uint64_t>& lengths) : lengths_(lengths) {}

  void add(std::string_view piece) {
    while (found_.size() < lengths_.size() && lengths_[found_.size()] - octets_ <= piece.size()) {
      const auto take = static_cast<size_t>(lengths_[found_.size()] - octets_);
      advance(piece.substr(0, take));
      piece.remove_prefix(take);
      found_.push_back({Sha256(hash_).finish(), octets_, 0});
    }
    advance(piece);
  }

  std::vector<BodyHash> finish() {
    const std::string digest = hash_.finish();
    found_.resize(lengths_.size() + 1, BodyHash{digest, octets_, 0});
    for (BodyHash& hash : found_) hash.complete = octets_;
    return std::move(found_);
  }

 private:
  void advance(std::string_view bytes) {
    hash_.add(bytes);
    octets_ += bytes.size();
  }

  const std::vector<uint64_t>& lengths_;
  Sha256 hash_;
  uint64_t octets_ = 0;
  std::vector<BodyHash> found_;
};

std::vector<BodyHash> hash_simple(std::string_view body, const std::vector<uint64_t>& lengths) {
  while (body.ends_with("\r\n")) body.remove_suffix(2);
  PrefixHashes hash(lengths);
  hash.add(body);
  hash.add("\r\n");
  return hash.finish();
}

// Gathers short pieces, so that the hash is called with long ones.
class Gather {
 public:
  explicit Gather(PrefixHashes& hash) : hash_(hash) {}
  void add(std::string_view piece) {
    if (piece.size() > buffer_.size() - used_) flush();
    if (piece.size() > buffer_.size()) return hash_.add(piece);
    std::copy(piece.begin(), piece.end(), buffer_.begin() + static_cast<ptrdiff_t>(used_));
    used_ += piece.size();
  }
  // A part of a line, with its runs of white space made one space. Without branches on the bytes: they would be mispredicted at each word.
  void add_collapsed(std::string_view line) {
    bool before = false;
    while (!line.empty()) {
      if (used_ == buffer_.size()) flush();
      const std::string_view part = line.substr(0, buffer_.size() - used_);
      for (const char c : part) {
        const bool space = is_wsp(c);
        buffer_[used_] = space ? ' ' : c;
        used_ += !(space && before);
        before = space;
      }
      line.remove_prefix(part.size());
    }
  }
  void flush() {
    hash_.add({buffer_.data(), used_});
    used_ = 0;
  }

 private:
  PrefixHashes& hash_;
  std::array<char, 8192> buffer_;
  size_t used_ = 0;
};

std::vector<BodyHash> hash_relaxed(std::string_view body, const std::vector<uint64_t>& lengths) {
  PrefixHashes hash(lengths);
  Gather out(hash);
  uint64_t empty_lines = 0;
  while (!body.empty()) {
    const size_t end = std::min(body.find("\r\n"), body.size());
    std::string_view line = body.substr(0, end);
    body.remove_prefix(std::min(body.size(), end + 2));
    while (!line.empty() && is_wsp(line.back())) line.remove_suffix(1);
    if (line.empty()) {
      ++empty_lines;
      continue;
    }
    for (; empty_lines > 0; --empty_lines) out.add("\r\n");
    out.add_collapsed(line);
    out.add("\r\n");
  }
  out.flush();
  return hash.finish();
}

void append_relaxed(std::string_view field_text, std::string& out) {
  const size_t colon = std::min(field_text.find(':'), field_text.size());
  for (const char c : base::trim(field_text.substr(0, colon))) out += base::ascii_lower(c);
  out += ':';
  bool space = false;
  bool begun = false;
  const std::string_view value = field_text.substr(std::min(colon + 1, field_text.size()));
  for (size_t i = 0; i < value.size(); ++i) {
    // A line end is removed where it folds the field; that is wherever one is, as the field ends at any other.
    const bool line_end = value[i] == '\n' || (value[i] == '\r' && i + 1 < value.size() && value[i + 1] == '\n');
    if (line_end) continue;
    if (is_wsp(value[i])) {
      space = begun;
      continue;
    }
    if (space) out += ' ';
    space = false;
    begun = true;
    out += value[i];
  }
}

}  // namespace

CanonicalMessage::CanonicalMessage(std::string_view bytes) {
  mime::HeaderReader reader(bytes);
  for (mime::Header header; reader.next(header);) {
    header_too_large_ |= fields_.size() == kMaxFields || header.end > kMaxHeaderBytes;
    if (header_too_large_) continue;
    const auto value_end = static_cast<size_t>(header.value.data() + header.value.size() - bytes.data());
    by_name_[base::to_lower(header.name)].push_back(static_cast<uint32_t>(fields_.size()));
    fields_.push_back({header.name, bytes.substr(header.offset, value_end - header.offset), header.value});
  }
  body_ = bytes.substr(reader.position());
}

const std::vector<uint32_t>& CanonicalMessage::named(const std::string& lower_name) const {
  static const std::vector<uint32_t> none;
  const auto it = by_name_.find(lower_name);
  return it == by_name_.end() ? none : it->second;
}

const BodyHash& CanonicalMessage::body_hash(Canonicalization form, std::optional<uint64_t> length) {
  const auto key = std::pair(form, length);
  if (!hashes_.contains(key)) hash_lengths(form, length ? std::vector{*length} : std::vector<uint64_t>{});
  return hashes_.at(key);
}

void CanonicalMessage::hash_lengths(Canonicalization form, std::vector<uint64_t> lengths) {
  std::sort(lengths.begin(), lengths.end());
  const auto found = hash_body(form, body_, lengths);
  for (size_t i = 0; i < lengths.size(); ++i) hashes_.try_emplace({form, lengths[i]}, found[i]);
  hashes_.try_emplace({form, std::nullopt}, found.back());
}

void append_canonical(Canonicalization form, std::string_view field_text, std::string& out) {
  if (form == Canonicalization::kSimple)
    out += field_text;
  else
    append_relaxed(field_text, out);
}

std::vector<BodyHash> hash_body(Canonicalization form, std::string_view body, const std::vector<uint64_t>& lengths) {
  return form == Canonicalization::kSimple ? hash_simple(body, lengths) : hash_relaxed(body, lengths);
}

}  // namespace mailauth
