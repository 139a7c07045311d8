#pragma once
// The command line: each command is a function that prints to standard output and returns the exit code. Errors are thrown as
// base::Failure; main prints them and exits 1.

#include <cstdint>
#include <optional>
#include <string>

#include "config/settings.h"

namespace server {

// --data, --config and --set, which every command takes.
struct Common {
  std::string folder;
  config::Sources sources;
  config::Settings load() const;  // throws base::Failure kInvalid
};

struct QuickstartOptions {
  std::string domain;
  std::string admin = "admin";  // local part of the first administrator
  std::string name;             // of the enterprise; empty: the domain
  bool password_stdin = false;
};
struct DomainOptions {
  std::string domain;
  std::string enterprise;  // name or number; may be empty when there is only one
  std::string catch_all;
};
struct MemberOptions {
  std::string address;  // or a domain, for list
  std::string name;
  std::string quota;  // "25MB"; empty: the default
  std::string alias;
  bool password_stdin = false;
};

struct QueueOptions {
  std::string id;  // MESSAGE or MESSAGE/ENTRY
  std::string sender, recipient, destination;
  std::string route;  // "host:port"; empty: as DNS says
  bool all = false;
  bool bounce = false;
};

int serve(const Common& common);
int quickstart(const Common& common, const QuickstartOptions& options);
int domain_add(const Common& common, const DomainOptions& options);
int domain_list(const Common& common);
int domain_check(const Common& common, const DomainOptions& options);
int domain_catch_all(const Common& common, const DomainOptions& options);
int member_add(const Common& common, const MemberOptions& options);
int member_list(const Common& common, const MemberOptions& options);
int member_password(const Common& common, const MemberOptions& options);
int member_disable(const Common& common, const MemberOptions& options);
int member_enable(const Common& common, const MemberOptions& options);
int member_alias(const Common& common, const MemberOptions& options);
int member_quota(const Common& common, const MemberOptions& options);
int queue_list(const Common& common, const QueueOptions& options);
int queue_retry(const Common& common, const QueueOptions& options);
int queue_hold(const Common& common, const QueueOptions& options);
int queue_release(const Common& common, const QueueOptions& options);
int queue_delete(const Common& common, const QueueOptions& options);
int queue_route(const Common& common, const QueueOptions& options);
int verify(const Common& common);
int config_reference();
int config_sample();
int config_check(const Common& common);
int version();

}  // namespace server
