// Whole messages against two other parsers (test/corpus/mime). mime4j's listings are written anew from our parts and compared as text; of
// mail-parser's JSON the tree, the types, the body offsets and the main fields are compared. The tables hold where we mean to differ.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "base/text.h"
#include "mime/encoded_word.h"
#include "mime/message.h"

namespace mime {
namespace {

namespace json = boost::json;
using std::filesystem::path;

const path kCorpus = path(POSTHOUSE_SOURCE_DIR) / "test/corpus/mime";

std::string read(const path& file) {
  std::ifstream in(file, std::ios::binary);
  EXPECT_TRUE(in) << file;
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

std::vector<path> files(const path& folder, std::string_view extension) {
  std::vector<path> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == extension) out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

// mime4j's event listing of a message, with LF line ends.
class Listing {
 public:
  explicit Listing(const Message& message) : message_(message) {}

  std::string write() {
    entity(message_.root, "message");
    return out_;
  }

 private:
  void line(std::string_view text) { out_ += text, out_ += "\n"; }

  void text(std::string_view name, std::string_view bytes) {
    out_ += "<" + std::string(name) + ">\n";
    for (char c : bytes) {
      if (c == '&')
        out_ += "&amp;";
      else if (c == '<')
        out_ += "&lt;";
      else if (c == '>')
        out_ += "&gt;";
      else if (c != '\r')
        out_ += c;
    }
    out_ += "</" + std::string(name) + ">\n";
  }

  void entity(const Part& part, std::string_view name) {
    line("<" + std::string(name) + ">");
    line("<header>");
    for_each_header(message_.header_block(part), [&](const Header& h) {
      auto raw =
          message_.header_block(part).substr(h.offset, h.value.data() + h.value.size() - (message_.header_block(part).data() + h.offset));
      text("field", raw);
    });
    line("</header>");
    if (part.is_multipart())
      multipart(part);
    else if (part.is_message())
      entity(part.children.front(), "message");
    else
      text("body", message_.body(part));
    line("</" + std::string(name) + ">");
  }

  static void take_line(std::string_view& text) { text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1); }

  // Preamble and epilogue are what is left of a multipart's body beside its parts and delimiter lines.
  void multipart(const Part& part) {
    line("<multipart>");
    std::string_view body = message_.body(part);
    const Part& first = part.children.front();
    if (first.header_begin < part.body_end) preamble(body.substr(0, first.header_begin - part.body_begin));
    for (const auto& child : part.children) entity(child, "body-part");
    std::string_view rest = body.substr(part.children.back().body_end - part.body_begin);
    if (!rest.starts_with("--") && !rest.empty()) take_line(rest);
    if (rest.starts_with("--")) take_line(rest);
    if (!rest.empty()) text("epilogue", rest);
    line("</multipart>");
  }

  void preamble(std::string_view before_part) {
    if (before_part.ends_with('\n')) before_part.remove_suffix(1);
    size_t delimiter = before_part.rfind('\n');
    if (delimiter == before_part.npos) return;
    before_part = before_part.substr(0, delimiter);
    if (!before_part.empty() && before_part.back() == '\r') before_part.remove_suffix(1);
    text("preamble", before_part);
  }

  const Message& message_;
  std::string out_;
};

constexpr const char* kEncoded =
    "an encoded message/rfc822 (which RFC 2046 5.2.1 forbids) is not decoded: parts are offsets into the bytes";
constexpr const char* kOnePart = "a multipart has at least one part, an empty one when no delimiter is found";
const std::map<std::string, std::string> kListingDifferences = {
    {"bad-newlines-multiple-parts-base64", kEncoded},
    {"base64encoded-rfc822message-nested", kEncoded},
    {"base64encoded-rfc822message", kEncoded},
    {"basic-plain-with-bad-header-separator", "what follows a line of white space is no field, so it is text for the reader"},
    {"malformedHeader-noheader", "no line of the text is lost"},
    {"malformedHeaderStartsBody-nocrlfcrlf",
     "a field follows the malformed line, so the header goes on (malformedHeader-nocrlfcrlf has it so)"},
    {"malformedHeaderStartsBody-noheader", "no line of the text is lost"},
    {"missing-boundary", kOnePart},
    {"missing-inner-boundary", kOnePart},
    {"missing-inner-start-boundary", kOnePart},
    {"multipartnopart", kOnePart},
    {"obsolete", "8-bit bytes in a field name do not unmake the field"},
};

std::string without_cr(std::string s) {
  std::erase(s, '\r');
  return s;
}

TEST(StructureVectors, Mime4j) {
  auto messages = files(kCorpus / "mime4j", ".msg");
  ASSERT_EQ(messages.size(), 32u);
  for (const auto& file : messages) {
    std::string bytes = read(file);
    std::string ours = Listing(parse(bytes)).write();
    std::string theirs = without_cr(read(path(file).replace_extension(".xml")));
    auto known = kListingDifferences.find(file.stem());
    if (known == kListingDifferences.end())
      EXPECT_EQ(ours, theirs) << file.filename();
    else
      EXPECT_NE(ours, theirs) << file.filename() << " is no difference any more: " << known->second;
  }
}

// A tree as text: kind, type when the part names one, where the body is.
std::string show(const Part& part, std::string_view default_type) {
  std::string type = base::to_lower(part.type + "/" + part.subtype);
  std::string out = part.is_multipart() ? "multipart" : part.is_message() ? "message" : "leaf";
  if (type != default_type && !part.is_message()) out += " " + type;  // inside a digest it is not written

  out += fmt::format(" {}", part.body_begin);
  for (const auto& child : part.children) out += " (" + show(child, default_type) + ")";
  return out;
}

const json::value* header_of(const json::value& part, std::string_view name) {
  for (const auto& h : part.at("headers").as_array())
    if (h.at("name").is_string() && h.at("name").as_string() == name) return &h.at("value");
  return nullptr;
}

std::string show_expected(const json::value& message, size_t index) {
  const json::value& part = message.at("parts").at(index);
  const json::value& body = part.at("body");
  auto* multipart = body.as_object().if_contains("Multipart");
  auto* inner = body.as_object().if_contains("Message");
  std::string out = multipart ? "multipart" : inner ? "message" : "leaf";
  if (auto* type = header_of(part, "content_type"); type && type->is_object()) {
    const auto& t = type->at("ContentType");
    std::string name =
        std::string(t.at("c_type").as_string()) + "/" + (t.at("c_subtype").is_string() ? std::string(t.at("c_subtype").as_string()) : "");
    if (base::to_lower(name) != "text/plain" && !inner) out += " " + base::to_lower(name);
  }
  out += fmt::format(" {}", part.at("offset_body").to_number<uint64_t>());
  if (multipart)
    for (const auto& child : multipart->as_array()) out += " (" + show_expected(message, child.to_number<size_t>()) + ")";
  if (inner) out += " (" + show_expected(*inner, 0) + ")";
  return out;
}

constexpr const char* kExact = "a delimiter line is the whole boundary, and an inner delimiter after an outer one is text";
constexpr const char* kLastOpen = "a delimiter that opens a part at the very end opens an empty part";
const std::map<std::string, std::string> kTreeDifferences = {
    {"malformed/000", "parts without an empty line, and empty ones, are parts"},
    {"malformed/001", kExact},
    {"malformed/002", kOnePart},
    {"malformed/004", kExact},
    {"malformed/007", "a header without an empty line ends at a delimiter of the multipart around it, not at one of its own"},
    {"malformed/008", kExact},
    {"malformed/009", "the delimiter of an outer multipart ends the inner ones"},
    {"malformed/011", "the delimiter of an outer multipart ends the inner ones"},
    {"malformed/012", "the delimiter of an outer multipart ends the inner ones"},
    {"malformed/013", kLastOpen},
    {"malformed/014", kLastOpen},
    {"malformed/016", kExact},
    {"malformed/019", "a header ends at the first line that is no field and that no field follows"},
    {"malformed/020", "of two Content-Type fields the first counts"},
    {"malformed/021", "of two Content-Type fields the first counts"},
    {"malformed/022", "a message/rfc822 is a message even when no header field is found in it"},
    {"rfc/008", kEncoded},
    {"thirdparty/015", kOnePart},
};

std::string with_crlf(std::string_view text) {
  std::string out;
  for (char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
  return out;
}

void compare_tree(const std::string& bytes, const path& listing, const std::string& key) {
  std::string ours = show(parse(bytes).root, "text/plain"), theirs = show_expected(json::parse(read(listing)), 0);
  auto known = kTreeDifferences.find(key);
  if (known == kTreeDifferences.end())
    EXPECT_EQ(ours, theirs) << listing;
  else
    EXPECT_NE(ours, theirs) << listing << " is no difference any more: " << known->second;
}

TEST(StructureVectors, MailParser) {
  auto messages = files(kCorpus / "mail-parser", ".eml");
  ASSERT_GT(messages.size(), 50u);
  for (const auto& file : messages) {
    std::string bytes = without_cr(read(file));
    std::string key = file.parent_path().filename().string() + "/" + file.stem().string();
    compare_tree(bytes, path(file).replace_extension(".json"), key);
    compare_tree(with_crlf(bytes), path(file).replace_extension(".crlf.json"), key);
  }
}

}  // namespace
}  // namespace mime
