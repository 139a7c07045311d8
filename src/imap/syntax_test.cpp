#include "imap/syntax.h"

#include <gtest/gtest.h>

namespace imap {
namespace {

std::variant<Command, SyntaxError> read(std::string text, std::vector<std::string> literals = {}, Limits limits = {}) {
  return parse({std::move(text), std::move(literals)}, limits);
}

template <typename T>
T arguments_of(std::string text, std::vector<std::string> literals = {}) {
  auto parsed = read(std::move(text), std::move(literals));
  if (auto* error = std::get_if<SyntaxError>(&parsed)) {
    ADD_FAILURE() << error->text;
    return {};
  }
  return std::move(std::get<T>(std::get<Command>(parsed).arguments));
}

std::string error_of(std::string text, Limits limits = {}) {
  auto parsed = read(std::move(text), {}, limits);
  auto* error = std::get_if<SyntaxError>(&parsed);
  return error ? error->text : "";
}

TEST(LiteralMark, ReadsTheFormsOfALiteral) {
  EXPECT_FALSE(literal_mark("a NOOP"));
  EXPECT_FALSE(literal_mark("a LOGIN {x}"));
  EXPECT_FALSE(literal_mark("a LOGIN 5}"));
  EXPECT_FALSE(literal_mark("a LOGIN {99999999999999999999}"));
  auto sync = literal_mark("a LOGIN {5}");
  ASSERT_TRUE(sync);
  EXPECT_EQ(sync->size, 5u);
  EXPECT_TRUE(sync->synchronizing);
  auto binary = literal_mark("a APPEND x ~{7+}");
  ASSERT_TRUE(binary);
  EXPECT_EQ(binary->size, 7u);
  EXPECT_FALSE(binary->synchronizing);
  EXPECT_TRUE(binary->binary);
}

TEST(Syntax, TellsAppendFromOtherCommands) {
  EXPECT_TRUE(is_append("a append INBOX {5}"));
  EXPECT_FALSE(is_append("a APPENDIX x"));
  EXPECT_FALSE(is_append("APPEND x {5}"));
  EXPECT_FALSE(is_append("a LOGIN append {5}"));
}

TEST(Syntax, ReadsStringsInAllForms) {
  auto login = arguments_of<LoginArguments>("a LOGIN \"o\\\"b\\\\c\" {3}\r\n", {"x y"});
  EXPECT_EQ(login.user, "o\"b\\c");
  EXPECT_EQ(login.password, "x y");
  EXPECT_EQ(arguments_of<LoginArguments>("a login bob ]x").password, "]x");
  EXPECT_EQ(error_of("a LOGIN \"x y"), "Unfinished quoted string");
  EXPECT_EQ(error_of("a LOGIN \"x\\y\" z"), "Invalid escape in a quoted string");
  EXPECT_EQ(error_of("a LOGIN {5} x"), "Invalid literal");
}

TEST(Syntax, KeepsTheTagOfABadCommand) {
  auto parsed = read("tag1 NOSUCH");
  ASSERT_TRUE(std::holds_alternative<SyntaxError>(parsed));
  EXPECT_EQ(std::get<SyntaxError>(parsed).tag, "tag1");
  EXPECT_EQ(std::get<SyntaxError>(read("+ NOOP")).tag, "");
  EXPECT_EQ(std::get<SyntaxError>(read("")).tag, "");
}

TEST(Syntax, ReadsSequenceSets) {
  using Ranges = std::vector<std::pair<uint32_t, uint32_t>>;
  EXPECT_EQ(arguments_of<FetchArguments>("a FETCH 1,3:5,*:7 FLAGS").set.ranges, (Ranges{{1, 1}, {3, 5}, {0, 7}}));
  EXPECT_TRUE(arguments_of<FetchArguments>("a FETCH $ FLAGS").set.saved);
  EXPECT_NE(error_of("a FETCH 1,$ FLAGS"), "");
  EXPECT_NE(error_of("a FETCH 1: FLAGS"), "");
}

TEST(Syntax, ReadsFetchSections) {
  auto fetch = arguments_of<FetchArguments>(
      "a FETCH 2:*,9 (BODY.PEEK[1.2.HEADER.FIELDS (From \"X Y\")]<3.4> RFC822.SIZE BINARY.SIZE[2] BODY) (CHANGEDSINCE 12)");
  ASSERT_EQ(fetch.set.ranges.size(), 2u);
  EXPECT_EQ(fetch.set.ranges[0], std::make_pair(2u, 0u));
  ASSERT_EQ(fetch.items.size(), 4u);
  const FetchItem& body = fetch.items[0];
  EXPECT_TRUE(body.peek);
  EXPECT_EQ(body.section.part, (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(body.section.text, Section::Text::kHeaderFields);
  EXPECT_EQ(body.section.fields, (std::vector<std::string>{"From", "X Y"}));
  EXPECT_EQ(body.partial, std::make_pair(3u, 4u));
  EXPECT_EQ(fetch.items[1].kind, FetchItem::Kind::kSize);
  EXPECT_EQ(fetch.items[2].kind, FetchItem::Kind::kBinarySize);
  EXPECT_EQ(fetch.items[3].kind, FetchItem::Kind::kBody);
  EXPECT_EQ(fetch.changed_since, 12u);
}

TEST(Syntax, ReadsAppendWithSeveralMessages) {
  auto append = arguments_of<AppendArguments>("a APPEND box (\\Seen $K) \" 1-Jan-2026 00:00:00 +0100\" {3}\r\n ~{2}\r\n",
                                              {"abc", std::string("\0d", 2)});
  ASSERT_EQ(append.messages.size(), 2u);
  EXPECT_EQ(append.messages[0].flags.system, store::kSeen);
  EXPECT_EQ(append.messages[0].flags.keywords, (std::vector<std::string>{"$K"}));
  EXPECT_EQ(base::to_seconds(*append.messages[0].date), 1767222000);
  EXPECT_EQ(append.messages[1].body, std::string("\0d", 2));
  EXPECT_EQ(error_of("a APPEND box {x}"), "Invalid literal");
}

TEST(Syntax, ReadsSearchTrees) {
  auto search = arguments_of<SearchArguments>("a SEARCH RETURN (MIN COUNT) CHARSET UTF-8 OR (SEEN FROM bob) NOT LARGER 7 SINCE 1-Feb-1994");
  EXPECT_TRUE(search.options.min && search.options.count && !search.options.all);
  EXPECT_EQ(search.charset, "UTF-8");
  ASSERT_EQ(search.key.children.size(), 2u);
  const SearchKey& either = search.key.children[0];
  EXPECT_EQ(either.kind, SearchKey::Kind::kOr);
  EXPECT_EQ(either.children[0].children[1].name, "FROM");
  EXPECT_EQ(either.children[1].children[0].number, 7u);
  EXPECT_EQ(search.key.children[1].number, 8797u);
}

TEST(Syntax, LimitsDepthAndCounts) {
  Limits limits;
  limits.depth = 5;
  EXPECT_EQ(error_of("a SEARCH ((((ALL))))", limits), "");
  EXPECT_EQ(error_of("a SEARCH " + std::string(100000, '('), limits), "Search nested too deeply");
  std::string nots;
  for (int i = 0; i < 10000; ++i) nots += "NOT ";
  EXPECT_EQ(error_of("a SEARCH " + nots + "ALL", limits), "Search nested too deeply");
  limits.set_ranges = 3;
  EXPECT_EQ(error_of("a FETCH 1,2,3,4 UID", limits), "Sequence set too long");
  limits.list_items = 3;
  EXPECT_EQ(error_of("a SEARCH ALL ALL ALL ALL ALL", limits), "Too many search keys");
  limits.part_numbers = 2;
  EXPECT_EQ(error_of("a FETCH 1 BODY[1.2.3]", limits), "Section too deep");
  EXPECT_EQ(error_of("a FETCH 4294967296 UID"), "Number too large");
}

TEST(Syntax, RefusesDaysThatDoNotExist) {
  EXPECT_EQ(error_of("a SEARCH ON 30-Feb-2026"), "Invalid date");
  EXPECT_EQ(error_of("a SEARCH ON 1-Foo-2026"), "Invalid date");
  EXPECT_EQ(error_of("a SEARCH ON \"01-feb-2026\""), "");
}

}  // namespace
}  // namespace imap
