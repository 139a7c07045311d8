#include "server/limits.h"

namespace server {

sql::Settings sql_settings(const config::Settings& s) {
  sql::Settings out;
  out.connections = static_cast<int>(s.number("database.readers"));
  out.group_limit = static_cast<size_t>(s.number("database.group_limit"));
  out.queue_limit = static_cast<size_t>(s.number("database.queue_limit"));
  out.busy_timeout = millis(s.duration("database.busy_timeout"));
  out.cache_bytes = s.bytes("database.cache");
  return out;
}

blob::Settings blob_settings(const config::Settings& s) {
  blob::Settings out;
  out.cache_bytes = static_cast<uint64_t>(s.bytes("blob.cache"));
  return out;
}

mime::Limits mime_limits(const config::Settings& s) {
  mime::Limits out;
  out.depth = static_cast<size_t>(s.number("mime.depth"));
  out.parts = static_cast<size_t>(s.number("mime.parts"));
  out.header_fields = static_cast<size_t>(s.number("mime.header_fields"));
  out.header_bytes = static_cast<size_t>(s.bytes("mime.header_size"));
  return out;
}

store::Limits store_limits(const config::Settings& s) {
  store::Limits out;
  out.mailboxes = static_cast<size_t>(s.number("store.mailboxes"));
  out.name_bytes = static_cast<size_t>(s.bytes("store.name_size"));
  out.name_depth = static_cast<size_t>(s.number("store.name_depth"));
  out.messages = static_cast<uint64_t>(s.number("store.messages"));
  out.cache_bytes = static_cast<size_t>(s.bytes("store.cache"));
  return out;
}

store::CollectLimits collect_limits(const config::Settings& s) {
  store::CollectLimits out;
  out.grace = s.duration("store.collect_grace");
  out.share = static_cast<double>(s.number("store.collect_share")) / 100;
  return out;
}

directory::Limits directory_limits(const config::Settings& s) {
  directory::Limits out;
  const std::string& separator = s.text("directory.plus_separator");
  if (separator.size() > 1) throw base::Failure(base::ErrorKind::kInvalid, "directory.plus_separator must be one character or empty");
  out.plus_separator = separator.empty() ? 0 : separator[0];
  out.aliases_per_member = static_cast<size_t>(s.number("directory.aliases"));
  out.cache_entries = static_cast<size_t>(s.number("directory.cache_entries"));
  out.default_quota_bytes = s.bytes("directory.default_quota");
  out.passwords = sign_in_limits(s);
  return out;
}

directory::SignInLimits sign_in_limits(const config::Settings& s) {
  directory::SignInLimits out;
  out.argon2_operations = static_cast<uint64_t>(s.number("signin.argon2_operations"));
  out.argon2_memory_bytes = static_cast<size_t>(s.bytes("signin.argon2_memory"));
  out.scram_iterations = static_cast<uint32_t>(s.number("signin.scram_iterations"));
  out.failures_before_delay = static_cast<uint32_t>(s.number("signin.failures"));
  out.failure_window = s.duration("signin.failure_window");
  out.parallel_checks = static_cast<size_t>(s.number("signin.argon2_parallel"));
  out.remember = s.duration("signin.remember");
  out.tracked_addresses = static_cast<size_t>(s.number("signin.tracked"));
  return out;
}

journal::Limits journal_limits(const config::Settings& s) { return {.queued_events = static_cast<size_t>(s.number("journal.queue"))}; }

queue::Settings queue_settings(const config::Settings& s) {
  auto count = [](int64_t number) { return static_cast<size_t>(number); };
  queue::Settings out;
  out.first_retry = s.duration("queue.first_retry");
  out.retry_factor = static_cast<double>(s.number("queue.retry_growth")) / 100;
  out.longest_retry = s.duration("queue.longest_retry");
  out.jitter = static_cast<double>(s.number("queue.jitter")) / 100;
  out.lifetime = s.duration("queue.lifetime");
  out.delay_notice = s.duration("queue.delay_notice");
  out.dead_first = s.duration("queue.dead_first");
  out.dead_longest = s.duration("queue.dead_longest");
  out.deliveries = count(s.number("queue.deliveries"));
  out.deliveries_per_destination = count(s.number("queue.deliveries_per_destination"));
  out.deliveries_per_pool = count(s.number("queue.deliveries_per_pool"));
  out.batch_recipients = count(s.number("queue.batch_recipients"));
  out.lease = s.duration("queue.lease");
  out.claimed = count(s.number("queue.claimed"));
  out.claimed_per_destination = count(s.number("queue.claimed_per_destination"));
  out.claim_batch = count(s.number("queue.claim_batch"));
  out.finish_batch = count(s.number("queue.finish_batch"));
  out.lanes = count(s.number("queue.lanes"));
  out.scan_interval = s.duration("queue.scan_interval");
  out.poll_interval = s.duration("queue.poll_interval");
  out.body_bytes = count(s.bytes("queue.body_memory"));
  out.attempts_kept = count(s.number("queue.attempts_kept"));
  out.report_full_bytes = count(s.bytes("queue.report_size"));
  return out;
}

delivery::Limits delivery_limits(const config::Settings& s) {
  return {.hops = static_cast<size_t>(s.number("smtp.hops")), .hide_client = s.flag("submission.hide_client")};
}

imap::Limits imap_limits(const config::Settings& s) {
  imap::Limits out;
  out.line_bytes = static_cast<size_t>(s.bytes("imap.line"));
  out.literal_bytes = static_cast<size_t>(s.bytes("imap.literal"));
  out.command_bytes = static_cast<size_t>(s.bytes("imap.command"));
  out.append_bytes = static_cast<uint64_t>(s.bytes("imap.append_size"));
  out.depth = static_cast<size_t>(s.number("imap.depth"));
  out.errors = static_cast<size_t>(s.number("imap.errors"));
  out.connections_per_user = static_cast<size_t>(s.number("imap.connections_per_user"));
  out.idle_timeout = seconds(s.duration("imap.idle_timeout"));
  out.login_timeout = seconds(s.duration("imap.login_timeout"));
  out.input_timeout = seconds(s.duration("net.write_timeout"));
  return out;
}

delivery::AuthenticationSettings authentication_settings(const config::Settings& s) {
  delivery::AuthenticationSettings out;
  for (const std::string& network : s.list("mailauth.trusted")) out.trusted.push_back(*net::Cidr::parse(network));
  out.timeout = millis(s.duration("mailauth.timeout"));
  out.dkim.signatures = static_cast<size_t>(s.number("mailauth.signatures"));
  out.dkim.trust_body_length = s.flag("mailauth.trust_body_length");
  out.dmarc.tree_walk = s.flag("mailauth.dmarc_tree_walk");
  return out;
}

net::DnsSettings dns_settings(const config::Settings& s) {
  net::DnsSettings out;
  out.servers = s.list("dns.servers");
  out.trust_anchor = s.text("dns.trust_anchor");
  out.timeout = millis(s.duration("dns.timeout"));
  out.questions = static_cast<size_t>(s.number("dns.questions"));
  out.cache = static_cast<size_t>(s.bytes("dns.cache"));
  return out;
}

smtp::Limits smtp_limits(const config::Settings& s) {
  smtp::Limits out;
  out.hold = seconds(s.duration("submission.hold"));
  out.message_size = static_cast<uint64_t>(s.bytes("smtp.message_size"));
  out.recipients = static_cast<size_t>(s.number("smtp.recipients"));
  out.messages = static_cast<size_t>(s.number("smtp.messages"));
  out.refused_recipients = static_cast<size_t>(s.number("smtp.refused_recipients"));
  out.idle_commands = static_cast<size_t>(s.number("smtp.idle_commands"));
  out.text_line = static_cast<uint64_t>(s.bytes("smtp.text_line"));
  out.drain = static_cast<uint64_t>(s.bytes("smtp.drain"));
  out.line = static_cast<size_t>(s.bytes("smtp.line"));
  out.errors = static_cast<size_t>(s.number("smtp.errors"));
  out.command_timeout = millis(s.duration("smtp.command_timeout"));
  out.data_timeout = millis(s.duration("smtp.data_timeout"));
  out.session_timeout = millis(s.duration("smtp.session_timeout"));
  out.write_timeout = millis(s.duration("net.write_timeout"));
  out.tls_timeout = millis(s.duration("tls.handshake_timeout"));
  return out;
}

http::Limits http_limits(const config::Settings& s) {
  http::Limits out;
  out.request_timeout = millis(s.duration("http.request_timeout"));
  return out;
}

}  // namespace server
