#include "imap/mailbox_name.h"

#include <gtest/gtest.h>

namespace imap {
namespace {

TEST(MailboxName, ModifiedUtf7BothWays) {
  struct Case {
    std::string wire, name;
  };
  const Case cases[] = {{"INBOX", "INBOX"},
                        {"~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"},
                        {"Tom &- Jerry", "Tom & Jerry"},
                        {"&AOk-t&AOk-", "été"},
                        {"&2D3eAA-", "\xf0\x9f\x98\x80"},
                        {"", ""}};
  for (const Case& one : cases) {
    EXPECT_EQ(decode_utf7(one.wire), one.name) << one.wire;
    EXPECT_EQ(encode_utf7(one.name), one.wire) << one.name;
  }
}

TEST(MailboxName, RefusesWhatIsNotModifiedUtf7) {
  for (const char* bad : {"&", "&U,BTFw", "&*-", "&2D0-", "&3gA-", "\xc3\xa9", "&AGE-", "&U-", "&AOkA-"})
    EXPECT_FALSE(decode_utf7(bad)) << bad;
}

TEST(MailboxName, DecodesByTheSessionsEncoding) {
  EXPECT_EQ(decode_mailbox("台", true), "台");
  EXPECT_FALSE(decode_mailbox("台", false));
  EXPECT_FALSE(decode_mailbox("\xff", true));
  EXPECT_FALSE(decode_mailbox("a\tb", true));
  EXPECT_EQ(decode_mailbox("inBOX", false), "INBOX");
  EXPECT_EQ(decode_mailbox("a&b", true), "a&b");
}

TEST(MailboxName, Patterns) {
  struct Case {
    const char *pattern, *name;
    bool fits;
  };
  const Case cases[] = {{"*", "a/b/c", true},
                        {"%", "a/b", false},
                        {"%", "a", true},
                        {"a/%", "a/b", true},
                        {"a/%", "a/b/c", false},
                        {"*c", "a/b/c", true},
                        {"%c", "a/b/c", false},
                        {"%/%/c", "a/b/c", true},
                        {"*/c", "a/b/c/d/c", true},
                        {"inbox", "INBOX", true},
                        {"InBox/x", "INBOX/x", true},
                        {"a*b%c", "a/x/b-c", true},
                        {"a*b%c", "a/b/c", false},
                        {"", "a", false},
                        {"a", "b", false}};
  for (const Case& one : cases) {
    EXPECT_EQ(matches_pattern(one.pattern, one.name, 1000), one.fits) << one.pattern << " " << one.name;
  }
  EXPECT_FALSE(matches_pattern("sent", "Sent", 1000));
}

TEST(MailboxName, HostilePatternsEnd) {
  std::string pattern, name(1000, 'a');
  for (int i = 0; i < 500; ++i) pattern += "*a";
  EXPECT_FALSE(matches_pattern(pattern + "b", name, 200'000));
}

}  // namespace
}  // namespace imap
