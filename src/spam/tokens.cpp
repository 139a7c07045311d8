#include "spam/tokens.h"

#include <sodium.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.h"
#include "mime/charset.h"
#include "mime/content.h"
#include "mime/encoded_word.h"
#include "text/html_to_text.h"

namespace spam {

namespace {

constexpr size_t kShortest = 3;  // letters of a word

class Words {
 public:
  explicit Words(const TokenLimits& limits) : limits_(limits) {}

  bool full() const { return words_.size() >= limits_.tokens; }
  void add(std::string word) {
    if (!full() && seen_.insert(word).second) words_.push_back(std::move(word));
  }
  std::vector<std::string> take() { return std::move(words_); }
  const TokenLimits& limits() const { return limits_; }

 private:
  const TokenLimits& limits_;
  std::vector<std::string> words_;
  std::unordered_set<std::string> seen_;
};

void append(std::string& out, UChar32 c) {
  char bytes[4];
  int32_t length = 0;
  UBool error = false;
  U8_APPEND(reinterpret_cast<uint8_t*>(bytes), length, 4, c, error);
  if (!error) out.append(bytes, static_cast<size_t>(length));
}

// Scripts without spaces between words.
bool is_unspaced(UChar32 c) {
  return (c >= 0x3040 && c <= 0x30ff) || (c >= 0x3400 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7af) || (c >= 0xf900 && c <= 0xfaff) ||
         (c >= 0x20000 && c <= 0x3ffff);
}

// Marks that stay inside a word: "don't", "v1agra", "3.99", "$100".
bool is_inner(UChar32 c) { return c == '\'' || c == '$' || c == '.' || c == '-' || c == 0x2019; }

// Cuts UTF-8 text into words and pairs.
class Splitter {
 public:
  Splitter(Words& words, std::string_view prefix) : words_(words), prefix_(prefix) {}

  void read(std::string_view text) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
    const auto size = static_cast<int32_t>(std::min<size_t>(text.size(), INT32_MAX));
    for (int32_t at = 0; at < size && !words_.full();) {
      UChar32 c = 0;
      U8_NEXT(bytes, at, size, c);
      step(c < 0 ? ' ' : c);
    }
    end_word();
    before_ = 0;
  }

 private:
  void step(UChar32 c) {
    if (is_unspaced(c)) {
      end_word();
      if (before_ != 0) {
        std::string pair(prefix_);
        append(pair, before_);
        append(pair, c);
        words_.add(std::move(pair));
      }
      before_ = c;
      return;
    }
    before_ = 0;
    const bool part = u_isalnum(c) || u_getIntPropertyValue(c, UCHAR_GENERAL_CATEGORY) == U_NON_SPACING_MARK;
    if (!part && !is_inner(c)) return end_word();
    if (part) solid_ = word_.size() + 1;
    if (word_.size() < words_.limits().word_bytes) {
      append(word_, u_tolower(c));
      letters_ += part ? 1 : 0;
      if (part) solid_ = word_.size();
    } else {
      long_ = true;
    }
  }
  void end_word() {
    // Marks at the end do not belong to it.
    word_.resize(std::min(word_.size(), solid_));
    const size_t first = word_.find_first_not_of("'.-");
    if (long_) {
      words_.add(std::string(prefix_) + "long");
    } else if (letters_ >= kShortest && first != std::string::npos) {
      words_.add(std::string(prefix_) + word_.substr(first));
    }
    word_.clear();
    letters_ = solid_ = 0;
    long_ = false;
  }

  Words& words_;
  std::string_view prefix_;
  std::string word_;
  size_t letters_ = 0;
  size_t solid_ = 0;  // bytes up to the last letter
  bool long_ = false;
  UChar32 before_ = 0;
};

void read_text(Words& words, std::string_view prefix, std::string_view text) { Splitter(words, prefix).read(text); }

bool is_host_byte(char c) {
  return base::is_alpha(c) || base::is_digit(c) || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

// "u:www.shop.example.com", "u:shop.example.com", "u:example.com".
void add_host(Words& words, std::string_view host) {
  while (host.ends_with('.')) host.remove_suffix(1);
  if (host.size() < 4 || host.size() > 253) return;
  const auto lower = base::to_lower(host);
  std::string_view rest = lower;
  for (int levels = 0; levels < 4; ++levels) {
    const size_t dot = rest.find('.');
    if (dot == std::string_view::npos) return;
    words.add("u:" + std::string(rest));
    rest.remove_prefix(dot + 1);
  }
}

void read_urls(Words& words, std::string_view text) {
  size_t count = 0;
  for (size_t at = text.find("://"); at != std::string_view::npos && count < words.limits().urls; at = text.find("://", at + 3), ++count) {
    size_t begin = at + 3;
    size_t end = begin;
    while (end < text.size() && end - begin <= 300 && (is_host_byte(text[end]) || text[end] == '@')) ++end;
    // "http://bank.example@evil.example/" goes to the second.
    if (const size_t sign = text.substr(begin, end - begin).rfind('@'); sign != std::string_view::npos) begin += sign + 1;
    add_host(words, text.substr(begin, end - begin));
  }
}

void read_addresses(Words& words, const std::vector<mime::Address>& addresses, bool from) {
  size_t count = 0;
  for (const auto& address : addresses) {
    if (address.kind != mime::Address::Kind::kMailbox || ++count > 3) continue;
    const auto domain = base::to_lower(address.host.substr(0, 255));
    if (!domain.empty()) words.add((from ? "fd:" : "rd:") + domain);
    if (!from) continue;
    words.add("f:" + base::to_lower(address.mailbox.substr(0, 64)) + "@" + domain);
    if (address.name) read_text(words, "fn:", mime::decode_words(*address.name).substr(0, 1000));
  }
}

void read_header(Words& words, const mime::Message& message) {
  const auto& envelope = message.envelope;
  if (envelope.subject) read_text(words, "s:", mime::decode_words(envelope.subject->substr(0, 4000)));
  read_addresses(words, envelope.from, true);
  read_addresses(words, envelope.reply_to, false);
  for (const auto* name : {"x-mailer", "user-agent"}) {
    if (auto mailer = message.header(name)) read_text(words, "m:", mime::decode_words(mailer->substr(0, 500)));
  }
  if (message.header("list-unsubscribe")) words.add("h:list-unsubscribe");
}

// What a part is, without its text.
void read_kind(Words& words, const mime::Part& part) {
  words.add("t:" + base::to_lower(part.type.substr(0, 40)) + "/" + base::to_lower(part.subtype.substr(0, 40)));
  if (const auto* charset = mime::find_parameter(part.parameters, "charset")) words.add("c:" + base::to_lower(charset->substr(0, 40)));
  const auto name = mime::file_name(part);
  if (const size_t dot = name.rfind('.'); dot != std::string::npos && name.size() - dot <= 10)
    words.add("x:" + base::to_lower(name.substr(dot + 1)));
}

// Leaves in their order, without recursion: the tree's depth is the sender's choice.
std::vector<const mime::Part*> leaves(const mime::Part& root, size_t most) {
  std::vector<const mime::Part*> stack{&root}, out;
  while (!stack.empty() && out.size() < most) {
    const auto* part = stack.back();
    stack.pop_back();
    if (part->children.empty()) out.push_back(part);
    for (auto child = part->children.rbegin(); child != part->children.rend(); ++child) stack.push_back(&*child);
  }
  return out;
}

}  // namespace

std::vector<std::string> words_of(const mime::Message& message, const TokenLimits& limits) {
  Words words(limits);
  read_header(words, message);
  size_t left = limits.text_bytes;
  const auto parts = leaves(message.root, limits.parts);
  for (const auto* part : parts) read_kind(words, *part);
  for (const auto* part : parts) {
    if (!part->is_text() || left == 0 || words.full()) continue;
    // An encoded body is at most three times its text: what is beyond that would be cut anyway. The copy is of this part alone.
    std::string text = mime::decoded_text(message, *part);
    if (text.size() > left) text = mime::repair_utf8(std::string_view(text).substr(0, left));
    left -= std::min(left, text.size());
    read_urls(words, text);
    if (part->is("text", "html")) text = text::html_to_text(text);
    read_text(words, "", text);
  }
  return words.take();
}

int64_t token_of(sql::EnterpriseScope scope, std::string_view word) {
  // SipHash-2-4. The key is no secret; it only makes an enterprise's tokens its own.
  unsigned char key[crypto_shorthash_KEYBYTES] = {'p', 'o', 's', 't', 'h', 'o', 'u', 's'};
  for (size_t i = 0; i < 8; ++i) key[8 + i] = static_cast<unsigned char>(static_cast<uint64_t>(scope.enterprise_id) >> (8 * i));
  unsigned char hash[crypto_shorthash_BYTES];
  crypto_shorthash(hash, reinterpret_cast<const unsigned char*>(word.data()), word.size(), key);
  uint64_t number = 0;
  for (const unsigned char byte : hash) number = number << 8 | byte;
  return static_cast<int64_t>(number);
}

std::vector<int64_t> tokens_of(sql::EnterpriseScope scope, const std::vector<std::string>& words) {
  std::vector<int64_t> tokens;
  for (const auto& word : words) tokens.push_back(token_of(scope, word));
  std::ranges::sort(tokens);
  const auto repeats = std::ranges::unique(tokens);
  tokens.erase(repeats.begin(), repeats.end());
  return tokens;
}

std::vector<int64_t> tokens_of(sql::EnterpriseScope scope, const mime::Message& message, const TokenLimits& limits) {
  return tokens_of(scope, words_of(message, limits));
}

}  // namespace spam
