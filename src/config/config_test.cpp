// The table and what is made of it: values, files, assignments, the reference.

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/test_folder.h"
#include "config/settings.h"
#include "config/value.h"

namespace config {
namespace {

using namespace std::chrono_literals;

class ConfigFile : public testing::Test {
 protected:
  std::string write(std::string_view text) {
    auto path = folder_ / "posthouse.toml";
    std::ofstream(path) << text;
    return path;
  }
  std::string error_of(std::string_view text) {
    auto settings = load({write(text), {}});
    return settings.ok() ? "" : settings.error().text;
  }

  base::TestFolder folder_;
};

TEST(Table, NamesAreUniqueAndInAGroupAndDefaultsAreValid) {
  std::set<std::string_view> names, groups;
  for (const auto& group : kGroups) EXPECT_TRUE(groups.insert(group.name).second) << group.name;
  for (const auto& setting : kSettings) {
    EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
    EXPECT_TRUE(groups.contains(setting.name.substr(0, setting.name.find('.')))) << setting.name;
    EXPECT_TRUE(parse_value(setting, setting.initial).ok()) << setting.name;
    EXPECT_FALSE(setting.description.empty()) << setting.name;
  }
}

TEST(Table, EveryGroupHasASetting) {
  for (const auto& group : kGroups)
    EXPECT_TRUE(std::any_of(std::begin(kSettings), std::end(kSettings), [&](const Setting& s) {
      return s.name.starts_with(std::string(group.name) + ".");
    })) << group.name;
}

TEST(Values, Bytes) {
  EXPECT_EQ(parse_bytes("0"), 0);
  EXPECT_EQ(parse_bytes("1000"), 1000);
  EXPECT_EQ(parse_bytes("1KB"), 1024);
  EXPECT_EQ(parse_bytes("25mb"), 25 << 20);
  EXPECT_EQ(parse_bytes("2TB"), 2LL << 40);
  for (auto wrong : {"", "MB", "-1", "1.5MB", "1 MB", "1XB", "1MB1", "99999999999999999999", "9999999999TB"})
    EXPECT_EQ(parse_bytes(wrong), std::nullopt) << wrong;
}

TEST(Values, Durations) {
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("1h30m"), 90min);
  EXPECT_EQ(parse_duration("90d"), 90 * 24h);
  EXPECT_EQ(parse_duration("0"), 0s);
  for (auto wrong : {"", "5", "m", "5 m", "5x", "-1s", "9999999999999d", "9223372036854775807ms1d"})
    EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
}

TEST(Values, ListenAddresses) {
  EXPECT_EQ(parse_listen("127.0.0.1:25"), (ListenAddress{"127.0.0.1", 25, ""}));
  EXPECT_EQ(parse_listen("127.0.0.1:0"), (ListenAddress{"127.0.0.1", 0, ""}));
  EXPECT_EQ(parse_listen("[::1]:993"), (ListenAddress{"::1", 993, ""}));
  EXPECT_EQ(parse_listen("unix:/run/lmtp"), (ListenAddress{"", 0, "/run/lmtp"}));
  for (auto text : {"127.0.0.1:25", "[::1]:993", "unix:/run/lmtp"}) EXPECT_EQ(to_string(*parse_listen(text)), text);
  for (auto wrong : {"", "25", ":25", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:25", "host:25", "unix:", "unix:relative",
                     "[127.0.0.1]:25", "[]:1"})
    EXPECT_EQ(parse_listen(wrong), std::nullopt) << wrong;
  EXPECT_EQ(parse_listen("unix:/" + std::string(107, 'x')), std::nullopt);
}

TEST(Values, Networks) {
  for (auto right : {"10.0.0.0/8", "192.0.2.1", "::1", "2001:db8::/32", "0.0.0.0/0"}) EXPECT_TRUE(is_network(right)) << right;
  for (auto wrong : {"", "10.0.0.0/33", "10.0.0/8", "2001:db8::/129", "10.0.0.0/", "host", "10.0.0.0/8/8"})
    EXPECT_FALSE(is_network(wrong)) << wrong;
}

TEST(Load, Defaults) {
  auto settings = load({});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->bytes("smtp.message_size"), 50 << 20);
  EXPECT_EQ(settings->duration("imap.idle_timeout"), 30min);
  EXPECT_FALSE(settings->flag("imap.allow_plaintext_login"));
  EXPECT_EQ(settings->listen("smtp.listen"), (std::vector{ListenAddress{"0.0.0.0", 25, ""}}));
  EXPECT_TRUE(settings->listen("lmtp.listen").empty());
  EXPECT_EQ(settings->text("database.url"), "sqlite:");
  EXPECT_EQ(settings->number("queue.remote_port"), 25);
}

TEST_F(ConfigFile, FileOverDefaultsAndAssignmentsOverFile) {
  auto file = write(
      "[smtp]\nlisten = [\"127.0.0.1:2525\", \"[::1]:2525\"]\nhops = 30\nmessage_size = \"25MB\"\n"
      "[imap]\nallow_plaintext_login = true\n[proxy]\ntrusted = [\"10.0.0.0/8\"]\n");
  auto settings = load(
      {file, {"smtp.hops=40", "smtp.hops=41", "lmtp.listen=unix:/run/lmtp", "dns.servers=127.0.0.1:5353,127.0.0.2:53", "http.listen="}});
  ASSERT_TRUE(settings.ok()) << settings.error().text;
  EXPECT_EQ(settings->listen("smtp.listen").size(), 2u);
  EXPECT_EQ(settings->number("smtp.hops"), 41);
  EXPECT_EQ(settings->bytes("smtp.message_size"), 25 << 20);
  EXPECT_TRUE(settings->flag("imap.allow_plaintext_login"));
  EXPECT_EQ(settings->list("proxy.trusted"), std::vector<std::string>{"10.0.0.0/8"});
  EXPECT_EQ(settings->list("dns.servers").size(), 2u);
  EXPECT_EQ(settings->listen("lmtp.listen")[0].path, "/run/lmtp");
  EXPECT_TRUE(settings->listen("http.listen").empty());
  EXPECT_EQ(settings->origin(find_setting("smtp.message_size")), "posthouse.toml:4");
  EXPECT_EQ(settings->origin(find_setting("smtp.hops")), "--set");
}

TEST_F(ConfigFile, MistakesNameTheLine) {
  EXPECT_EQ(error_of("[smtp]\nlisen = \"127.0.0.1:25\"\n"),
            "posthouse.toml:2: unknown setting \"smtp.lisen\"; did you mean \"smtp.listen\"?");
  EXPECT_EQ(error_of("[nothing]\n\nlike_it_at_all = 1\n"), "posthouse.toml:3: unknown setting \"nothing.like_it_at_all\"");
  EXPECT_EQ(error_of("[smtp]\nhops = 5\n"), "posthouse.toml:2: smtp.hops must be within 10..1000, not 5");
  EXPECT_EQ(error_of("[smtp]\nhops = -5\n"), "posthouse.toml:2: smtp.hops must be a whole number, not \"-5\"");
  EXPECT_EQ(error_of("[imap]\nidle_timeout = 30\n"), "posthouse.toml:2: imap.idle_timeout must be a duration like \"5m\", not \"30\"");
  EXPECT_EQ(error_of("[log]\nformat = \"xml\"\n"), "posthouse.toml:2: log.format must be one of text|json, not \"xml\"");
  EXPECT_EQ(error_of("[imap]\nallow_plaintext_login = \"yes\"\n"),
            "posthouse.toml:2: imap.allow_plaintext_login must be true or false, not \"yes\"");
  EXPECT_EQ(error_of("[smtp]\nhops = 1.5\n"), "posthouse.toml:2: smtp.hops must be a text, a number, true or false, or an array of these");
  EXPECT_EQ(error_of("[pop3]\nlisten = \"127.0.0.1:110\"\n"),
            "posthouse.toml:2: pop3.listen is not served by this version; it must be empty");
}

TEST_F(ConfigFile, EveryMistakeIsReported) {
  auto error = error_of("hops = 3\n[smtp]\nhops = 5\n[smtp.tls]\nx = 1\n[tls]\nkey = \"k.pem\"\n");
  EXPECT_EQ(std::count(error.begin(), error.end(), '\n'), 3) << error;
  EXPECT_NE(error.find("posthouse.toml:1: unknown setting \"hops\""), std::string::npos) << error;
  EXPECT_NE(error.find("tls.certificate and tls.key must be given together"), std::string::npos) << error;
}

TEST_F(ConfigFile, BrokenAndMissingFiles) {
  auto file = write("[smtp\nhops = 5\n");
  auto broken = load({file, {}});
  ASSERT_FALSE(broken.ok());
  EXPECT_TRUE(broken.error().text.starts_with(file + ":1: ")) << broken.error().text;
  auto missing = load({folder_ / "none.toml", {}});
  ASSERT_FALSE(missing.ok());
  EXPECT_NE(missing.error().text.find("none.toml"), std::string::npos);
}

TEST(Load, WrongAssignments) {
  EXPECT_EQ(load({"", {"smtp.hops"}}).error().text, "--set smtp.hops: must be name=value");
  EXPECT_EQ(load({"", {"smtp.hosp=20"}}).error().text, "--set: unknown setting \"smtp.hosp\"; did you mean \"smtp.hops\"?");
  for (auto name : {"pop3.listen", "pop3s.listen", "sieve.listen", "https.listen", "redis.url"}) {
    EXPECT_TRUE(load({"", {std::string(name) + "="}}).ok()) << name;
    EXPECT_FALSE(load({"", {std::string(name) + "=127.0.0.1:1"}}).ok()) << name;
  }
}

TEST_F(ConfigFile, TheSampleWithEveryLineInForceIsTheDefaults) {
  std::istringstream lines(sample());
  std::string text;
  // "#name = value" is a setting, "# words" a comment.
  for (std::string line; std::getline(lines, line);)
    text += (line.size() > 1 && line[0] == '#' && line[1] != ' ' ? line.substr(1) : line) + "\n";
  auto settings = load({write(text), {}});
  ASSERT_TRUE(settings.ok()) << settings.error().text;
  Settings defaults;
  for (size_t i = 0; i < kSettingCount; ++i) {
    EXPECT_EQ(settings->written(i), defaults.written(i));
    EXPECT_TRUE(settings->origin(i).starts_with("posthouse.toml:")) << kSettings[i].name;
  }
}

TEST(Reference, DocumentIsUpToDate) {
  std::ifstream in(POSTHOUSE_SOURCE_DIR "/doc/config.md");
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  EXPECT_EQ(text, reference()) << "run: posthouse config reference > doc/config.md";
}

TEST(Reference, ShowTellsWhereAValueCameFrom) {
  auto settings = load({"", {"smtp.hops=40"}});
  auto text = show(*settings);
  EXPECT_NE(text.find("smtp.hops = 40  # --set\n"), std::string::npos);
  EXPECT_NE(text.find("smtp.recipients = 1000  # default\n"), std::string::npos);
}

}  // namespace
}  // namespace config
