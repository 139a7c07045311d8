#pragma once
// Every setting of the server, once: the table below is the only place that names one. From it come the parser's checks, the reference
// (doc/config.md, `posthouse config reference`), the sample file, and the typed accessors of Settings.
//
//   auto settings = config::load({.file = "/etc/posthouse/posthouse.toml", .assignments = {"smtp.listen=127.0.0.1:2525"}});
//   settings->bytes("smtp.message_size");    // a name or type that is not in the table does not compile
//
// A value comes from the table's default, else the TOML file, else the last `--set name=value` of that name: the later wins.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace config {

enum class Type {
  kBool,      // true, false
  kNumber,    // whole number
  kBytes,     // "25MB": B, KB, MB, GB, TB, each 1024 of the one before; a bare number is bytes
  kDuration,  // "5m": ms, s, m, h, d, also "1h30m"
  kText,
  kChoice,    // one of the words of `range`
  kList,      // texts: an array in the file, separated by commas in --set
  kNetworks,  // list of addresses and CIDR ranges
  kListen,    // list of "address:port", "[v6]:port" or "unix:/path"; empty: off
  kUnserved,  // of a feature this version does not have: must be empty
};

struct Setting {
  std::string_view name;  // group.name
  Type type;
  std::string_view unit;   // what a number counts
  std::string_view range;  // "low..high" in the type's own notation, or "this|that" of a choice
  std::string_view initial;
  std::string_view description;
};

struct Group {
  std::string_view name;
  std::string_view description;
};

inline constexpr Group kGroups[] = {
    {"server", "The process"},
    {"log", "The program's own log, on standard error"},
    {"tls", "Certificates of all listeners"},
    {"net", "Connections"},
    {"proxy", "Load balancers in front of the server"},
    {"database", "Where accounts, mailboxes and logs are kept"},
    {"blob", "Where message bodies are kept"},
    {"smtp", "Mail from other servers"},
    {"lmtp", "Mail from a front server in the same house"},
    {"submission", "Mail from members, STARTTLS"},
    {"submissions", "Mail from members, TLS"},
    {"imap", "Mailbox access"},
    {"imaps", "Mailbox access, TLS"},
    {"pop3", "Mailbox access for old clients"},
    {"pop3s", "Mailbox access for old clients, TLS"},
    {"sieve", "Filter rules (ManageSieve)"},
    {"http", "Health and metrics"},
    {"https", "Console and webmail"},
    {"mime", "Limits of what is read out of a message; a message beyond them is stored whole and described in part"},
    {"store", "Limits of mailboxes"},
    {"directory", "Members and addresses"},
    {"signin", "Password checks"},
    {"journal", "Mail log and sign-in log"},
    {"mailauth", "Whether what other servers bring is genuine (SPF, DKIM, ARC, DMARC)"},
    {"dkim", "Signatures on what members send"},
    {"queue", "Outgoing mail"},
    {"dns", "Name servers"},
    {"redis", "Cluster coordination"},
    {"spam", "Which mail is wanted, and brakes on mail to strangers; doc/decisions/spam.md explains the rules"},
    {"rspamd", "Spam filter"},
    {"clamd", "Virus scanner"},
};

// clang-format off
inline constexpr Setting kSettings[] = {
    {"server.hostname", Type::kText, "", "", "", "Name in greetings and Received lines; empty: the machine's host name"},
    {"server.node", Type::kNumber, "", "0..1023", "0", "Number of this server, different for each server on one database: part of every id"},
    {"server.worker_threads", Type::kNumber, "threads", "1..256", "4", "Threads for password checks and other blocking work"},
    {"server.shutdown_timeout", Type::kDuration, "", "0s..10m", "10s", "How long open sessions may finish what they do when the server stops"},

    {"log.level", Type::kChoice, "", "trace-data|trace-auth|trace|debug|info|warning|error|off", "info", "Least important events that are shown"},
    {"log.format", Type::kChoice, "", "text|json", "text", "One line an event, to be read by people or by programs"},

    {"tls.certificate", Type::kText, "", "", "", "PEM file with the certificate chain; empty: made by the server's own authority at first start"},
    {"tls.key", Type::kText, "", "", "", "PEM file with the private key of tls.certificate"},
    {"tls.extra", Type::kList, "", "", "", "More \"certificate.pem:key.pem\" pairs, chosen by the server name the client asks for (SNI)"},
    {"tls.minimum", Type::kChoice, "", "1.2|1.3", "1.2", "Oldest TLS version spoken"},
    {"tls.handshake_timeout", Type::kDuration, "", "1s..5m", "30s", "A TLS handshake must be complete after this time"},

    {"net.threads", Type::kNumber, "threads", "0..256", "0", "Threads that serve connections; 0: one for each processor"},
    {"net.connections", Type::kNumber, "connections", "1..1000000", "50000", "Open connections of all listeners together"},
    {"net.write_timeout", Type::kDuration, "", "1s..1h", "5m", "A client that takes no byte for this long is disconnected"},

    {"proxy.trusted", Type::kNetworks, "", "", "", "Addresses that must begin with a PROXY protocol header (v1 or v2) naming the real client"},
    {"proxy.timeout", Type::kDuration, "", "1s..1m", "5s", "The PROXY header must be there after this time"},

    {"database.url", Type::kText, "", "", "sqlite:", "\"sqlite:\" (posthouse.db in the data folder), \"sqlite:/path\", or \"postgres://user@host/name\""},
    {"database.readers", Type::kNumber, "readers", "1..256", "4", "SQLite: reading threads; PostgreSQL: connections"},
    {"database.group_limit", Type::kNumber, "changes", "1..10000", "256", "SQLite: changes made durable by one commit at most"},
    {"database.queue_limit", Type::kNumber, "changes", "16..1000000", "10000", "Changes that wait at most; beyond it clients are told to try later"},
    {"database.busy_timeout", Type::kDuration, "", "100ms..5m", "10s", "How long to wait for another process (SQLite) or a free connection (PostgreSQL)"},
    {"database.cache", Type::kBytes, "", "1MB..64GB", "64MB", "SQLite: page cache of each connection at most"},

    {"blob.url", Type::kText, "", "", "rocksdb:", "\"rocksdb:\" (blobs/ in the data folder), \"rocksdb:/path\", or \"memory:\" (lost at the end: for tests)"},
    {"blob.cache", Type::kBytes, "", "1MB..64GB", "64MB", "Memory for message bodies read lately"},
    {"blob.threads", Type::kNumber, "threads", "1..256", "4", "Threads that read message bodies"},

    {"smtp.listen", Type::kListen, "", "", "0.0.0.0:25", "Where mail from other servers is accepted"},
    {"smtp.message_size", Type::kBytes, "", "1KB..2GB", "50MB", "Largest message accepted (RFC 1870 SIZE)"},
    {"smtp.recipients", Type::kNumber, "recipients", "100..100000", "1000", "Recipients of one message at most (RFC 5321 4.5.3.1.8 asks for 100)"},
    {"smtp.messages", Type::kNumber, "messages", "1..1000000", "10000", "Messages in one connection at most"},
    {"smtp.hops", Type::kNumber, "Received lines", "10..1000", "50", "A message with more Received lines is refused as looping"},
    {"smtp.command_timeout", Type::kDuration, "", "1s..1h", "5m", "A command must arrive within this time (RFC 5321 4.5.3.2.7)"},
    {"smtp.data_timeout", Type::kDuration, "", "1s..1h", "3m", "More message data must arrive within this time (RFC 5321 4.5.3.2.5)"},
    {"smtp.session_timeout", Type::kDuration, "", "1m..7d", "2h", "A connection ends after this time, whatever it does"},
    {"smtp.errors", Type::kNumber, "replies", "1..10000", "20", "Refused commands of one connection before it is closed"},
    {"smtp.refused_recipients", Type::kNumber, "recipients", "1..1000000", "100", "Unknown recipients of one connection before it is closed: who guesses addresses is cut off"},
    {"smtp.idle_commands", Type::kNumber, "commands", "10..1000000", "100", "Commands that lead to no message (NOOP, RSET, EHLO ...) before the connection is closed"},
    {"smtp.text_line", Type::kBytes, "", "1000B..2GB", "1MB", "Longest line of a message (RFC 5321 4.5.3.1.6 asks for 1000 bytes)"},
    {"smtp.drain", Type::kBytes, "", "0B..4GB", "256MB", "Bytes of a message too large that are read to keep the connection; beyond them it is closed"},
    {"smtp.line", Type::kBytes, "", "1KB..1MB", "4KB", "Longest command line (RFC 5321 4.5.3.1.4 asks for 512 bytes)"},
    {"smtp.connections", Type::kNumber, "connections", "1..1000000", "2000", "Open SMTP and LMTP connections"},
    {"smtp.connections_per_address", Type::kNumber, "connections", "1..1000000", "50", "Open SMTP connections from one client address; loopback is exempt"},

    {"lmtp.listen", Type::kListen, "", "", "", "Where mail is accepted over LMTP (RFC 2033), without sign-in: keep it private. Limits are those of smtp"},

    {"submission.listen", Type::kListen, "", "", "0.0.0.0:587", "Where members send mail with STARTTLS (RFC 6409). Limits are those of smtp"},
    {"submission.allow_plaintext_login", Type::kBool, "", "", "false", "Passwords are taken without TLS too: for trusted networks and tests"},
    {"submission.hide_client", Type::kBool, "", "", "true", "Recipients are not told the address a member sent from"},
    {"submission.hold", Type::kDuration, "", "1m..3650d", "30d", "A message can be sent to be delivered so much later at most (FUTURERELEASE, RFC 4865)"},
    {"submission.connections", Type::kNumber, "connections", "1..1000000", "2000", "Open submission connections"},
    {"submission.connections_per_address", Type::kNumber, "connections", "1..1000000", "100", "Open submission connections from one address; loopback is exempt"},
    {"submissions.listen", Type::kListen, "", "", "0.0.0.0:465", "Where members send mail with TLS from the first byte (RFC 8314)"},

    {"imap.listen", Type::kListen, "", "", "0.0.0.0:143", "Where mailboxes are read with STARTTLS"},
    {"imap.allow_plaintext_login", Type::kBool, "", "", "false", "Passwords are taken without TLS too: for trusted networks and tests"},
    {"imap.append_size", Type::kBytes, "", "1KB..2GB", "50MB", "Largest message a client may put into a mailbox (RFC 7889 APPENDLIMIT)"},
    {"imap.line", Type::kBytes, "", "8KB..16MB", "64KB", "Longest command without its literals (RFC 7162 4 asks for 8192 bytes)"},
    {"imap.literal", Type::kBytes, "", "1KB..16MB", "64KB", "Largest literal in a command other than APPEND; before sign-in 4 KB"},
    {"imap.command", Type::kBytes, "", "16KB..64MB", "1MB", "Largest command with all its literals, other than APPEND"},
    {"imap.depth", Type::kNumber, "levels", "4..1000", "50", "Parentheses inside each other in a command, also NOT and OR in a search"},
    {"imap.idle_timeout", Type::kDuration, "", "1m..24h", "30m", "A silent client is disconnected (RFC 9051 5.4 asks for 30 minutes)"},
    {"imap.login_timeout", Type::kDuration, "", "1s..1h", "1m", "A client must have signed in after this time"},
    {"imap.errors", Type::kNumber, "replies", "1..10000", "50", "Commands answered BAD before the connection is closed"},
    {"imap.connections", Type::kNumber, "connections", "1..1000000", "40000", "Open IMAP connections"},
    {"imap.connections_per_address", Type::kNumber, "connections", "1..1000000", "500", "Open IMAP connections from one address; loopback is exempt"},
    {"imap.connections_per_user", Type::kNumber, "connections", "1..1000000", "50", "Open IMAP connections of one member"},

    {"imaps.listen", Type::kListen, "", "", "0.0.0.0:993", "Where mailboxes are read with TLS from the first byte (RFC 8314)"},

    {"pop3.listen", Type::kUnserved, "", "", "", "Not served by this version; must be empty"},
    {"pop3s.listen", Type::kUnserved, "", "", "", "Not served by this version; must be empty"},
    {"sieve.listen", Type::kUnserved, "", "", "", "Not served by this version; must be empty"},

    {"http.listen", Type::kListen, "", "", "127.0.0.1:8080", "Where /healthz and /metrics (Prometheus) are served"},
    {"http.request_timeout", Type::kDuration, "", "1s..10m", "30s", "A request must have arrived after this time"},
    {"https.listen", Type::kUnserved, "", "", "", "Not served by this version; must be empty"},

    {"mime.header_size", Type::kBytes, "", "64KB..64MB", "4MB", "Bytes of one header section that are read"},
    {"mime.header_fields", Type::kNumber, "fields", "100..1000000", "10000", "Fields of one header section that are read"},
    {"mime.parts", Type::kNumber, "parts", "10..1000000", "10000", "Parts of one message that are told apart"},
    {"mime.depth", Type::kNumber, "levels", "5..200", "100", "Parts inside parts that are told apart"},

    {"store.mailboxes", Type::kNumber, "mailboxes", "10..1000000", "2000", "Mailboxes of one account"},
    {"store.name_size", Type::kBytes, "", "64B..8KB", "1000B", "Longest name of a mailbox, with the names above it"},
    {"store.name_depth", Type::kNumber, "levels", "1..200", "50", "Mailboxes inside each other"},
    {"store.messages", Type::kNumber, "messages", "1000..100000000", "4000000", "Messages of one mailbox"},
    {"store.cache", Type::kBytes, "", "1MB..64GB", "64MB", "Memory for lists of mailboxes that nobody has open"},
    {"store.tombstones", Type::kDuration, "", "1d..3650d", "30d", "How long a client may be away and still hear what was expunged meanwhile (QRESYNC)"},
    {"store.collect_every", Type::kDuration, "", "1s..30d", "6h", "How often bodies that no message names any more are looked for"},
    {"store.collect_grace", Type::kDuration, "", "1s..30d", "1h", "Younger bodies are left alone: their message may be on its way"},
    {"store.collect_share", Type::kNumber, "percent", "0..100", "10", "An enterprise's bodies are looked through when this part of them may be unused"},

    {"directory.aliases", Type::kNumber, "aliases", "0..1000", "5", "Aliases of one member"},
    {"directory.plus_separator", Type::kText, "", "", "+", "What divides tom+shop@ into mailbox and detail; empty: not divided"},
    {"directory.default_quota", Type::kBytes, "", "0B..1000TB", "0B", "Space of a new member; 0: without limit"},
    {"directory.cache_entries", Type::kNumber, "entries", "1000..100000000", "200000", "Addresses, members and domains kept in memory"},

    {"signin.argon2_operations", Type::kNumber, "passes", "1..100", "2", "Work of one password check (Argon2id), for passwords set from now on"},
    {"signin.argon2_memory", Type::kBytes, "", "8KB..4GB", "64MB", "Memory of one password check (Argon2id), for passwords set from now on"},
    {"signin.argon2_parallel", Type::kNumber, "checks", "1..256", "4", "Password checks at the same time; others wait"},
    {"signin.scram_iterations", Type::kNumber, "rounds", "4096..10000000", "4096", "Work of SCRAM-SHA-256 at the client (RFC 7677 4), for passwords set from now on"},
    {"signin.remember", Type::kDuration, "", "0s..1h", "5m", "A password found right is not computed again for this long"},
    {"signin.failures", Type::kNumber, "failures", "1..1000000", "5", "Failed sign-ins within signin.failure_window before further ones are refused, by account and by address"},
    {"signin.failure_window", Type::kDuration, "", "1s..7d", "15m", "How long a failed sign-in counts"},
    {"signin.tracked", Type::kNumber, "entries", "100..100000000", "100000", "Accounts and addresses whose failures are remembered"},

    {"journal.keep", Type::kDuration, "", "1d..36500d", "90d", "Events older than this are deleted"},
    {"journal.queue", Type::kNumber, "events", "100..100000000", "100000", "Events that wait to be written at most; beyond it the oldest are dropped and counted"},

    {"mailauth.trusted", Type::kNetworks, "", "", "127.0.0.0/8, ::1/128", "What these addresses bring over SMTP is not asked about (SPF, DKIM, DMARC, spam): relays of your own"},
    {"mailauth.timeout", Type::kDuration, "", "1s..5m", "20s", "SPF, DKIM, ARC and DMARC of one message take this long at most"},
    {"mailauth.signatures", Type::kNumber, "signatures", "1..100", "10", "DKIM signatures of one message that are checked"},
    {"mailauth.trust_body_length", Type::kBool, "", "", "false", "A DKIM signature over part of the body (l=) may pass"},
    {"mailauth.dmarc_tree_walk", Type::kBool, "", "", "false", "DMARC by a walk up the DNS tree instead of the public suffix list"},
    {"mailauth.suffixes", Type::kText, "", "", "", "Public suffix list; empty: that of the system (package publicsuffix), or libpsl's own"},

    {"dkim.sign", Type::kBool, "", "", "true", "What members send is signed for their domain (DKIM)"},
    {"dkim.rotate_after", Type::kDuration, "", "1d..3650d", "180d", "A domain's keys get successors after this time, which sign once DNS shows them"},
    {"dkim.overlap", Type::kDuration, "", "1d..365d", "14d", "Keys that sign no more are kept published for this time"},

    {"queue.remote_port", Type::kNumber, "", "1..65535", "25", "Port of other mail servers"},
    {"queue.loopback", Type::kBool, "", "", "false", "Other domains may lead to this machine itself: for tests"},
    {"queue.private_networks", Type::kBool, "", "", "true", "Other domains may lead to private addresses (RFC 1918 and their like)"},
    {"queue.ca_file", Type::kText, "", "", "", "File with the CAs that vouch for other servers; empty: those of the system"},
    {"queue.first_retry", Type::kDuration, "", "1s..1d", "5m", "Delay before the second attempt, after a temporary failure"},
    {"queue.retry_growth", Type::kNumber, "percent", "100..1000", "180", "Each further delay is this much of the one before"},
    {"queue.longest_retry", Type::kDuration, "", "1s..7d", "4h", "Longest delay between two attempts"},
    {"queue.jitter", Type::kNumber, "percent", "0..90", "20", "Delays are drawn from this much around their length, so that retries spread"},
    {"queue.lifetime", Type::kDuration, "", "1m..60d", "5d", "Mail not delivered after this time is returned to its sender"},
    {"queue.delay_notice", Type::kDuration, "", "0s..60d", "4h", "The sender is told after this time that mail is late; 0: never"},
    {"queue.dead_first", Type::kDuration, "", "1s..1d", "1m", "A destination that cannot be reached is left alone for this long, then twice as long each time"},
    {"queue.dead_longest", Type::kDuration, "", "1s..7d", "1h", "Longest time a destination that cannot be reached is left alone"},
    {"queue.deliveries", Type::kNumber, "deliveries", "1..100000", "1000", "Deliveries at the same time"},
    {"queue.deliveries_per_destination", Type::kNumber, "deliveries", "1..10000", "20", "Deliveries at the same time to one destination"},
    {"queue.deliveries_per_pool", Type::kNumber, "deliveries", "1..100000", "500", "Deliveries at the same time from one pool of source addresses"},
    {"queue.batch_recipients", Type::kNumber, "recipients", "1..1000", "50", "Recipients of one message in one transaction with another server"},
    {"queue.lease", Type::kDuration, "", "30s..1d", "10m", "Entries of a server that died are taken over after this time; clocks of all servers must agree to a tenth of it"},
    {"queue.claimed", Type::kNumber, "entries", "100..1000000", "10000", "Entries in memory of one server, waiting or in progress"},
    {"queue.claimed_per_destination", Type::kNumber, "entries", "1..100000", "400", "Of them for one destination"},
    {"queue.claim_batch", Type::kNumber, "entries", "1..10000", "256", "Entries claimed by one transaction"},
    {"queue.finish_batch", Type::kNumber, "deliveries", "1..10000", "512", "Deliveries finished by one transaction"},
    {"queue.lanes", Type::kNumber, "destinations", "1000..10000000", "200000", "Destinations known to be due soon (each enterprise's counts)"},
    {"queue.scan_interval", Type::kDuration, "", "1s..1h", "1m", "Time between two looks for entries that other servers left"},
    {"queue.poll_interval", Type::kDuration, "", "100ms..1m", "1s", "An operator's change is seen after this time"},
    {"queue.body_memory", Type::kBytes, "", "0B..64GB", "64MB", "Memory for bodies of new messages until their first attempt"},
    {"queue.attempts_kept", Type::kNumber, "attempts", "1..1000", "20", "Attempts remembered of one entry, the latest"},
    {"queue.report_size", Type::kBytes, "", "1KB..1GB", "1MB", "A report returns a larger message as its header alone"},
    {"dns.servers", Type::kList, "", "", "", "Recursive name servers as address:port; empty: those of the system, or the root servers when it names none"},
    {"dns.trust_anchor", Type::kText, "", "", "", "File with DS or DNSKEY records to validate DNSSEC from; empty: Debian's root key (package dns-root-data) when installed, leniently; none: no validation"},
    {"dns.timeout", Type::kDuration, "", "100ms..2m", "20s", "A question without an answer after this time has failed for now"},
    {"dns.questions", Type::kNumber, "questions", "10..1000000", "5000", "Questions in flight at most"},
    {"dns.cache", Type::kBytes, "", "1MB..16GB", "32MB", "Memory for answers"},
    {"redis.url", Type::kUnserved, "", "", "", "Not served by this version; must be empty"},

    {"spam.junk_score", Type::kNumber, "points", "1..1000", "6", "Mail with as many points goes into Junk"},
    {"spam.reject_score", Type::kNumber, "points", "0..1000", "15", "Mail with as many points is refused; 0: never because of points. rspamd has its own line"},
    {"spam.dmarc", Type::kChoice, "", "obey|junk|ignore", "obey", "Mail that fails DMARC: done with as its domain asks, put into Junk at most, or judged by points alone"},
    {"spam.arc_trusted", Type::kList, "", "", "", "Domains of forwarders and mailing lists whose seal (ARC) excuses a failed DMARC"},
    {"spam.blocked", Type::kChoice, "", "reject|junk", "reject", "What becomes of mail on the enterprise's block list; a member's own block list puts it into Junk"},
    {"spam.dnsbl", Type::kList, "", "", "", "DNS lists as zone=points, for example zen.spamhaus.org=5 or list.example.org=-2/127.0.0.2; asked when rspamd is not there. Most lists have terms of use"},
    {"spam.dnsbl_timeout", Type::kDuration, "", "100ms..1m", "5s", "A DNS list without an answer after this time says nothing"},
    {"spam.greylist", Type::kChoice, "", "off|suspicious|all", "suspicious", "Which unknown senders are told to come back later"},
    {"spam.greylist_score", Type::kNumber, "points", "0..1000", "3", "Mail with as many points is suspicious"},
    {"spam.greylist_spare_proven", Type::kBool, "", "", "true", "Senders that SPF or DKIM proves need not come back"},
    {"spam.greylist_delay", Type::kDuration, "", "1s..1d", "5m", "A sender that comes back earlier is told to wait on"},
    {"spam.greylist_window", Type::kDuration, "", "1m..30d", "2d", "A sender that comes back later is unknown again"},
    {"spam.greylist_keep", Type::kDuration, "", "1h..3650d", "35d", "How long a sender that came back stays known after its last message"},
    {"spam.greylist_returns", Type::kNumber, "senders", "1..1000000", "3", "A client network from which so many came back is known to the whole enterprise"},
    {"spam.bayes", Type::kBool, "", "", "true", "Learn from moves into and out of Junk, and judge by it"},
    {"spam.bayes_minimum", Type::kNumber, "messages", "1..1000000", "30", "Messages of each kind that a filter must have seen before it speaks"},
    {"spam.bayes_words", Type::kNumber, "words", "10..100000", "600", "Different words of one message that are looked at"},
    {"spam.bayes_member_words", Type::kNumber, "words", "1000..100000000", "50000", "Words kept for one member"},
    {"spam.bayes_enterprise_words", Type::kNumber, "words", "1000..100000000", "500000", "Words kept for one enterprise"},
    {"spam.bayes_keep", Type::kDuration, "", "1d..3650d", "180d", "Rare words not seen for this long are forgotten"},
    {"spam.list_entries", Type::kNumber, "entries", "10..1000000", "10000", "Entries in the block and allow lists of one enterprise or member"},
    {"spam.strangers_per_day", Type::kNumber, "recipients", "0..100000000", "500", "Recipients without prior exchange that one enterprise may write to in a day"},
    {"spam.member_strangers_per_day", Type::kNumber, "recipients", "0..100000000", "200", "The same for one member"},
    {"spam.burst", Type::kNumber, "recipients", "1..100000000", "50", "Recipients without prior exchange within spam.burst_window beyond which a member's mail is held"},
    {"spam.burst_window", Type::kDuration, "", "10s..1d", "10m", "See spam.burst"},
    {"spam.keep", Type::kDuration, "", "1d..36500d", "400d", "How long senders, correspondents and reasons are remembered after their last message"},

    {"rspamd.url", Type::kText, "", "", "", "rspamd's normal worker, as http://127.0.0.1:11333 or unix:/path; empty: the built-in checks decide"},
    {"rspamd.required", Type::kBool, "", "", "false", "While rspamd does not answer, mail waits at its sender; otherwise the built-in checks decide"},
    {"rspamd.timeout", Type::kDuration, "", "100ms..5m", "20s", "rspamd must have answered after this time"},
    {"rspamd.message_size", Type::kBytes, "", "1KB..2GB", "25MB", "Larger mail is not shown to rspamd"},
    {"clamd.address", Type::kText, "", "", "", "clamd's socket, as 127.0.0.1:3310 or unix:/run/clamav/clamd.ctl; empty: mail is not scanned for viruses"},
    {"clamd.required", Type::kBool, "", "", "true", "While clamd does not answer, mail waits at its sender; otherwise it passes unscanned"},
    {"clamd.timeout", Type::kDuration, "", "100ms..10m", "1m", "clamd must have answered after this time"},
    {"clamd.message_size", Type::kBytes, "", "1KB..2GB", "23MB", "Larger mail passes unscanned; not more than clamd's own StreamMaxLength (Debian: 25M, which clamd counts as 25 000 000)"},
};
// clang-format on

inline constexpr size_t kSettingCount = sizeof(kSettings) / sizeof(kSettings[0]);

// The place of `name` in kSettings; kSettingCount when there is none.
constexpr size_t find_setting(std::string_view name) {
  size_t i = 0;
  while (i < kSettingCount && kSettings[i].name != name) ++i;
  return i;
}

// A setting's name, checked by the compiler to be in the table and of one of these types.
template <Type... allowed>
struct Key {
  consteval Key(const char* name) : index(find_setting(name)) {
    if (index == kSettingCount) throw "no such setting";
    if (((kSettings[index].type != allowed) && ...)) throw "the setting is of another type";
  }
  size_t index;
};

// Where a listener waits: an IP address and port, or a Unix socket's path.
struct ListenAddress {
  std::string host;   // "127.0.0.1", "::1"; empty for a Unix socket
  uint16_t port = 0;  // 0: any free port
  std::string path;   // of a Unix socket; empty for TCP
  bool operator==(const ListenAddress&) const = default;
};
std::string to_string(const ListenAddress& address);

using Value = std::variant<bool, int64_t, base::Duration, std::string, std::vector<std::string>, std::vector<ListenAddress>>;

// One complete, checked set of values. Immutable; copies are independent.
class Settings {
 public:
  Settings();  // the defaults

  bool flag(Key<Type::kBool> key) const { return std::get<bool>(at(key.index)); }
  int64_t number(Key<Type::kNumber> key) const { return std::get<int64_t>(at(key.index)); }
  int64_t bytes(Key<Type::kBytes> key) const { return std::get<int64_t>(at(key.index)); }
  base::Duration duration(Key<Type::kDuration> key) const { return std::get<base::Duration>(at(key.index)); }
  const std::string& text(Key<Type::kText, Type::kChoice> key) const { return std::get<std::string>(at(key.index)); }
  const std::vector<std::string>& list(Key<Type::kList, Type::kNetworks> key) const {
    return std::get<std::vector<std::string>>(at(key.index));
  }
  // Empty: the listener is off.
  const std::vector<ListenAddress>& listen(Key<Type::kListen> key) const { return std::get<std::vector<ListenAddress>>(at(key.index)); }

  // Where the value came from: "default", "file.toml:12" or "--set".
  const std::string& origin(size_t index) const { return entries_[index].origin; }
  // The value as it would be written after --set.
  const std::string& written(size_t index) const { return entries_[index].written; }

  // Takes the value if it is right. `origin` goes into the error's text: "posthouse.toml:12: smtp.hops: ...".
  base::Result<void> assign(std::string_view name, std::string_view value, std::string_view origin);

 private:
  struct Entry {
    Value value;
    std::string written;
    std::string origin;
  };
  const Value& at(size_t index) const { return entries_[index].value; }
  std::vector<Entry> entries_;  // in the table's order
};

struct Sources {
  std::string file;                      // TOML; empty: none
  std::vector<std::string> assignments;  // "name=value" of --set, in order
};

// Every mistake is reported, one on a line of the error's text, with file and line.
base::Result<Settings> load(const Sources& sources);

// The table as a page of Markdown, and as a TOML file with every default as a comment.
std::string reference();
std::string sample();
// The values in force, a line each: name = value  # origin. For `config show`.
std::string show(const Settings& settings);

}  // namespace config
