#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "base/ids.h"
#include "base/record.h"
#include "base/text.h"
#include "base/time.h"

namespace base {
namespace {

TEST(Text, Base64RoundTripsEveryLength) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
    bytes += static_cast<char>(i * 7);
  }
  EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
}

TEST(Text, Base64RefusesWhatRfc4648Refuses) {
  for (auto bad : {"Zg", "Zg=", "Z===", "Zh==", "Zm9v\n", "Z g=", "====", "Zg==Zg=="}) EXPECT_FALSE(base64_decode(bad)) << bad;
}

TEST(Text, NumbersDoNotOverflow) {
  EXPECT_EQ(parse_number("18446744073709551615"), UINT64_MAX);
  for (auto bad : {"", "18446744073709551616", "-1", "+1", "1x", " 1"}) EXPECT_FALSE(parse_number(bad)) << bad;
}

TEST(Text, Utf8RefusesOverlongAndSurrogates) {
  EXPECT_TRUE(is_valid_utf8("驿站 mail é 😀"));
  for (auto bad : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "\xe9\xa9"}) EXPECT_FALSE(is_valid_utf8(bad));
}

TEST(Ids, AscendEvenWhenTheClockStepsBack) {
  ManualClock clock(from_seconds(1'800'000'000));
  IdMaker ids(clock, 7);
  int64_t last = 0;
  for (int i = 0; i < 10000; ++i) {
    if (i == 5000) clock.advance(-std::chrono::hours(1));
    int64_t id = ids.next();
    EXPECT_GT(id, last);
    last = id;
  }
}

TEST(Ids, AreDistinctAcrossThreads) {
  SystemClock clock;
  IdMaker ids(clock, 1);
  std::vector<int64_t> made[4];
  std::vector<std::thread> threads;
  for (auto& mine : made)
    threads.emplace_back([&] {
      for (int i = 0; i < 5000; ++i) mine.push_back(ids.next());
    });
  for (auto& t : threads) t.join();
  std::set<int64_t> all;
  for (auto& mine : made) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 20000u);
}

TEST(Record, SkipsUnknownFieldsAndStopsAtDamage) {
  RecordWriter writer(3);
  writer.put(1, "one");
  writer.put_number(99, 1234567);
  std::string bytes = writer.finish();
  RecordReader reader(bytes);
  uint32_t tag;
  std::string_view value;
  ASSERT_TRUE(reader.next(tag, value));
  EXPECT_EQ(value, "one");
  ASSERT_TRUE(reader.next(tag, value));
  EXPECT_EQ(RecordReader::number(value), 1234567u);
  EXPECT_FALSE(reader.next(tag, value));
  EXPECT_TRUE(reader.ok());
  RecordReader cut(std::string_view(bytes).substr(0, bytes.size() - 1));
  while (cut.next(tag, value)) {
  }
  EXPECT_FALSE(cut.ok());
}

TEST(Time, ReadsIso8601) {
  EXPECT_EQ(from_iso8601("2026-11-23T13:15:31.123456Z"), from_micros(1795439731123456));
  EXPECT_EQ(from_iso8601("2026-11-23T14:15:31+01:00"), from_seconds(1795439731));
  EXPECT_EQ(from_iso8601("2026-11-23t07:45:31.5-05:30"), from_micros(1795439731500000));
  EXPECT_EQ(from_iso8601(to_iso8601(from_micros(1))), from_micros(1));
  for (const char* bad : {"", "2026-11-23", "2026-11-23T13:15:31", "2026-02-30T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T13:15:31.Z",
                          "2026-11-23T13:15:31+0100", "2026-11-23T13:15:31Zx", "2026-1-23T13:15:31Z"})
    EXPECT_FALSE(from_iso8601(bad)) << bad;
}

TEST(Time, PrintsIso8601) { EXPECT_EQ(to_iso8601(from_micros(1'763'903'731'000'042)), "2025-11-23T13:15:31.000042Z"); }

}  // namespace
}  // namespace base
