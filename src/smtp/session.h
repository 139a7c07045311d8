#pragma once
// One session: its state, and one member function for each command. Inside smtp/ only; the command table is in server.cpp.

#include <memory>
#include <string>
#include <string_view>

#include "delivery/message.h"
#include "directory/sign_in.h"
#include "net/line_reader.h"
#include "smtp/server.h"
#include "smtp/syntax.h"

namespace smtp {

// Where a session stands; the table says which commands each state takes.
enum State : uint8_t {
  kNew = 1,         // nobody has said hello
  kReady = 2,       // between messages
  kSender = 4,      // after MAIL, no recipient yet
  kRecipients = 8,  // after a RCPT that was accepted
  kChunks = 16,     // after the first BDAT
};

constexpr size_t kSaslLine = 12'288;  // RFC 4954 4

class Session {
 public:
  Session(std::unique_ptr<net::Stream> stream, const Services& services, Mode mode);

  net::Task<> run();

  // The commands, in the order of the table (server.cpp).
  net::Task<> helo(std::string_view argument);
  net::Task<> ehlo(std::string_view argument);
  net::Task<> mail(std::string_view argument);
  net::Task<> rcpt(std::string_view argument);  // auth.cpp
  std::string submission_extensions() const;
  bool may_send_password() const;
  std::optional<Reply> check_sender(const delivery::Envelope& envelope);
  std::optional<Reply> check_submission(const delivery::Envelope& envelope);
  net::Task<std::optional<std::string>> exchange(std::string challenge);
  void finish_sign_in(directory::SignInOutcome outcome);

  // recipient.cpp
  net::Task<> data(std::string_view argument);  // data.cpp
  net::Task<> bdat(std::string_view argument);  // data.cpp
  net::Task<> rset(std::string_view argument);
  net::Task<> noop(std::string_view argument);
  net::Task<> quit(std::string_view argument);
  net::Task<> vrfy(std::string_view argument);
  net::Task<> help(std::string_view argument);
  net::Task<> start_tls(std::string_view argument);
  net::Task<> auth(std::string_view argument);  // auth.cpp
  net::Task<> not_offered(std::string_view argument);
  net::Task<> foreign(std::string_view argument);

 private:
  enum class End { kNone, kQuit, kPeer, kCut };

  // server.cpp
  net::Task<> converse();
  net::Task<> greet();
  net::Task<> next_command();
  net::Task<> execute(std::string_view line);
  net::Task<> say_goodbye();
  net::Task<> linger();
  net::Task<> flush();
  void reply(const Reply& r) { append_reply(out_, r); }
  void reply(int code, std::string_view enhanced, std::string_view text) { append_reply(out_, code, enhanced, text); }
  void refuse(const Reply& r);  // counts as an error of the client
  void cut(const Reply& r);     // replies and ends the session
  void count_idle_command();
  void reset_transaction();
  bool greeted(std::string_view argument, bool extended);
  net::Deadline deadline(std::chrono::milliseconds timeout) const;

  // recipient.cpp
  void refuse_recipient(const std::string& address, const directory::Route& route, const Reply& r);
  net::Task<Reply> check_quota(std::shared_ptr<const directory::Member> member);

  // data.cpp
  net::Task<> receive_data();
  net::Task<bool> receive_chunk(uint64_t size, bool keep);
  net::Task<> finish_message();
  void refuse_message(const Reply& r);
  void stamp_message();

  const std::unique_ptr<net::Stream> stream_;
  const Services& services_;
  const Limits& limits_;
  const Mode mode_;
  const net::Deadline session_deadline_;
  net::LineReader reader_;
  std::string out_;  // replies not sent yet
  State state_ = kNew;
  End end_ = End::kNone;
  delivery::Peer peer_;
  delivery::Message message_;                        // the one in progress
  std::shared_ptr<const directory::Member> member_;  // kSubmission: who signed in
  size_t sign_in_failures_ = 0;
  size_t messages_ = 0;
  size_t errors_ = 0;
  size_t refused_recipients_ = 0;
  size_t idle_commands_ = 0;
};

}  // namespace smtp
