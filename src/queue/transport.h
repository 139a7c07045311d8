#pragma once
// The seam between the queue and what carries mail away: one message for one next hop goes in, an outcome for each recipient comes out.
// smtp/ implements it over the network; tests implement it with a table.
//
// The queue decides what is sent when and to which next hop, how many sends run at once, and what an outcome means for the schedule. The
// transport owns addresses, connections, TLS and the protocol; it may keep a connection to a next hop open while `more_coming` says that
// another message for it waits (and a little longer, as it likes).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "net/task.h"

namespace queue {

enum class Return : uint8_t { kUnset = 0, kFull = 1, kHeaders = 2 };  // RET of RFC 3461 4.3. Stored numbers: DO NOT CHANGE

// NOTIFY of one recipient (RFC 3461 4.1), a set; 0: not given. Stored numbers: DO NOT CHANGE.
enum Notify : uint8_t { kNotifyNever = 1, kNotifySuccess = 2, kNotifyFailure = 4, kNotifyDelay = 8 };

// What the sender asked for, or the message needs. A set. Stored numbers: DO NOT CHANGE.
enum MessageFlag : uint32_t {
  k8BitMime = 1,         // the body has bytes over 127 (RFC 6152)
  kSmtpUtf8 = 2,         // an address or header field is UTF-8 (RFC 6531): only to hosts that take it
  kRequireTls = 4,       // only over verified TLS to hosts that promise the same (RFC 8689)
  kBinaryMime = 8,       // lines do not end in CRLF (RFC 3030): only over BDAT
  kDeliverByNotify = 16  // DELIVERBY with mode N: late mail is delivered all the same and told of; without: returned (RFC 2852 4)
};

// MAIL FROM and its parameters.
struct Envelope {
  std::string return_path;  // "tom@example.com", the local part quoted where it must be; empty: the null sender
  std::string envid;        // ENVID, xtext as given; empty: none
  Return ret = Return::kUnset;
  uint32_t flags = 0;                    // MessageFlag
  uint64_t size = 0;                     // bytes of the message, for SIZE=
  std::optional<base::Time> deliver_by;  // DELIVERBY as a moment; pass on what is left of it
};

// RCPT TO and its parameters.
struct BatchRecipient {
  int64_t entry_id = 0;  // number within the message, for logs
  std::string address;   // form as Envelope::return_path
  std::string orcpt;     // "rfc822;xtext" as given; empty: none
  uint8_t notify = 0;    // Notify
};

// Where a message is to go.
struct NextHop {
  // The domain of the recipients: lower case, A-labels; or an address literal "[192.0.2.1]", "[IPv6:2001:db8::1]"; or, with a route, "="
  // and the route: recipients of many domains. Kept connections may be keyed by it. All sends for one key run on the same loop.
  std::string key;
  // An operator's route in place of MX records for these entries: "host", "host:port", "[192.0.2.1]:port". Empty: as the domain says.
  std::string route;
  // Name of the pool of source addresses and EHLO names to send from; empty: the default one.
  std::string source_pool;
};

// The message: reads it whole, as stored (CRLF line ends, dots not stuffed). kUnavailable: try later; kNotFound or kCorrupt: it is lost.
using ReadBody = std::function<net::Task<base::Result<std::shared_ptr<const std::string>>>()>;  // shared: a retry may use it again

// One message for one next hop.
struct Batch {
  int64_t enterprise_id = 0;
  int64_t message_id = 0;  // the queue's, for logs
  NextHop hop;
  Envelope envelope;
  std::vector<BatchRecipient> recipients;  // 1..Settings::batch_recipients
  ReadBody body;                           // may be called once or several times while send() runs
  int attempts = 0;                        // of the recipient tried most often, before this one
  bool more_coming = false;                // another batch for this next hop is ready: keep the connection
};

// Where an attempt stood when it ended. Stored numbers: DO NOT CHANGE; append only.
enum class Phase : uint8_t {
  kNone = 0,
  kResolve = 1,   // DNS: no such domain, null MX, no answer
  kPolicy = 2,    // our own decision before any reply: MTA-STS, DANE, REQUIRETLS, SMTPUTF8 not offered, loop of MX records
  kConnect = 3,   // no TCP connection
  kGreeting = 4,  // waiting for 220
  kHello = 5,
  kTls = 6,
  kAuth = 7,
  kMail = 8,
  kRcpt = 9,
  kData = 10,  // DATA or BDAT, and while bytes flow
  kEnd = 11,   // after the final dot or the last chunk
};

// What happened, for the record, the sender's report and the operator.
struct Attempt {
  std::string remote_name;     // host spoken to: "mx1.example.net"; empty: none was reached
  std::string remote_address;  // "192.0.2.1" or "2001:db8::1"
  std::string local_address;
  std::string tls_version, tls_cipher;  // "TLSv1.3", "TLS_AES_256_GCM_SHA384"; empty: plain text
  Phase phase = Phase::kNone;
  int reply_code = 0;    // 0: the remote said nothing
  std::string enhanced;  // "5.1.1", ours when the remote gave none
  std::string text;      // the remote's words without the codes, '\n' between lines
  std::string reason;    // ours, short plain English: "connection refused", "certificate does not match the MTA-STS policy"
  bool cut_off = false;  // all was sent and no answer came: the remote may have taken it (RFC 1047)
};

enum class Disposition : uint8_t {
  kDelivered = 0,  // in a mailbox, as far as the protocol says so (LMTP, a local agent)
  kRelayed = 1,    // taken by the next hop
  kTemporary = 2,  // try again later
  kPermanent = 3,  // give up and tell the sender
};

// How far a failure reaches, so that one dead host is not found out message by message.
enum class Extent : uint8_t {
  kRecipient,    // this address
  kMessage,      // this message for any recipient there
  kDestination,  // the next hop itself: no connection, 421, TLS policy not met
};

struct Outcome {
  Disposition disposition = Disposition::kTemporary;
  Extent extent = Extent::kRecipient;
  bool dsn_passed_on = false;  // kRelayed: the next hop does DSN and was told NOTIFY, so that reports of success are its duty
  Attempt attempt;
};

class Transport {
 public:
  virtual ~Transport() = default;

  // One outcome for each recipient, in their order. Called on several loops at once; a call stays on its loop. It bounds its own time. What
  // it throws counts as a temporary failure of the whole batch.
  virtual net::Task<std::vector<Outcome>> send(Batch batch) = 0;
};

}  // namespace queue
