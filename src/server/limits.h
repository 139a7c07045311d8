#pragma once
// Settings as the limit structs of the folders below: the one place where a setting's name meets a field.

#include "blob/open.h"
#include "config/settings.h"
#include "delivery/delivery.h"
#include "directory/credential.h"
#include "directory/directory.h"
#include "http/server.h"
#include "imap/services.h"
#include "journal/journal.h"
#include "mime/message.h"
#include "net/dns.h"
#include "queue/settings.h"
#include "smtp/limits.h"
#include "spam/brakes.h"
#include "spam/judge.h"
#include "spam/lists.h"
#include "sql/open.h"
#include "store/collect.h"
#include "store/store.h"

namespace server {

inline std::chrono::milliseconds millis(base::Duration d) { return std::chrono::duration_cast<std::chrono::milliseconds>(d); }
inline std::chrono::seconds seconds(base::Duration d) { return std::chrono::ceil<std::chrono::seconds>(d); }

sql::Settings sql_settings(const config::Settings& settings);
blob::Settings blob_settings(const config::Settings& settings);
mime::Limits mime_limits(const config::Settings& settings);
store::Limits store_limits(const config::Settings& settings);
store::CollectLimits collect_limits(const config::Settings& settings);
directory::Limits directory_limits(const config::Settings& settings);
directory::SignInLimits sign_in_limits(const config::Settings& settings);
journal::Limits journal_limits(const config::Settings& settings);
queue::Settings queue_settings(const config::Settings& settings);
delivery::Limits delivery_limits(const config::Settings& settings);
delivery::AuthenticationSettings authentication_settings(const config::Settings& settings);
net::DnsSettings dns_settings(const config::Settings& settings);
imap::Limits imap_limits(const config::Settings& settings);
smtp::Limits smtp_limits(const config::Settings& settings);
http::Limits http_limits(const config::Settings& settings);
// These throw base::Failure kInvalid for addresses and lists that are none.
spam::Engines spam_engines(const config::Settings& settings, net::Resolver& resolver);
spam::Settings spam_settings(const config::Settings& settings);
spam::ListLimits spam_list_limits(const config::Settings& settings);
// Days begin at the machine's local midnight (D4.13), as it is at `now`.
spam::BrakeLimits brake_limits(const config::Settings& settings, base::Time now);

}  // namespace server
