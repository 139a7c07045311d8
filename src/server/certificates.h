#pragma once
// Which certificates the listeners show: those of the settings, or our own.

#include <vector>

#include "net/certificate.h"
#include "server/instance.h"

namespace server {

// tls.certificate with tls.key, then tls.extra; without tls.certificate the data folder's own, made or renewed when needed.
// Throws base::Failure with the file's name.
std::vector<net::Certificate> load_certificates(const Instance& instance);

}  // namespace server
