// The command line of Posthouse: which command, with which options. What each does is in commands_*.cpp and serve.cpp.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>

#include "base/error.h"
#include "server/commands.h"

namespace {

using server::Common;

// Adds a command with the options every command takes; `run` is called after parsing.
CLI::App* add_command(CLI::App& parent, const char* name, const char* help, Common& common, bool data, std::function<int()>& chosen,
                      std::function<int()> run) {
  CLI::App* command = parent.add_subcommand(name, help);
  auto* folder = command->add_option("--data", common.folder, "Data folder")->envname("POSTHOUSE_DATA");
  if (data) folder->required();
  command->add_option("--config", common.sources.file, "Settings file (TOML)")->check(CLI::ExistingFile);
  command->add_option("--set", common.sources.assignments, "A setting: key=value; may be given several times")->allow_extra_args(true);
  command->callback([&chosen, run = std::move(run)] { chosen = run; });
  return command;
}

void add_domain_commands(CLI::App& app, Common& common, server::DomainOptions& options, std::function<int()>& chosen) {
  CLI::App* domain = app.add_subcommand("domain", "Domains of an enterprise")->require_subcommand(1);
  auto add = [&](const char* name, const char* help, auto run, bool takes_domain) {
    auto* command = add_command(*domain, name, help, common, true, chosen, run);
    if (takes_domain) command->add_option("domain", options.domain, "Domain name")->required();
    return command;
  };
  add(
      "add", "Add a domain, ready to take mail", [&] { return server::domain_add(common, options); }, true)
      ->add_option("--enterprise", options.enterprise, "Its enterprise, by name or number; made when the name is new");
  add(
      "list", "List all domains", [&] { return server::domain_list(common); }, false);
  add(
      "check", "Show a domain's state and the DNS records it needs", [&] { return server::domain_check(common, options); }, true);
  add(
      "catch-all", "Where mail for unknown addresses of a domain goes", [&] { return server::domain_catch_all(common, options); }, true)
      ->add_option("address", options.catch_all, "Address of a member; left out: nowhere");
}

void add_member_commands(CLI::App& app, Common& common, server::MemberOptions& options, std::function<int()>& chosen) {
  CLI::App* member = app.add_subcommand("member", "Members and their mailboxes")->require_subcommand(1);
  auto add = [&](const char* name, const char* help, auto run) {
    auto* command = add_command(*member, name, help, common, true, chosen, run);
    command->add_option("address", options.address, "Address of the member")->required();
    return command;
  };
  auto password = [&](CLI::App* command) {
    command->add_flag("--password-stdin", options.password_stdin, "Read the password from standard input");
  };
  auto* made = add("add", "Add a member", [&] { return server::member_add(common, options); });
  password(made);
  made->add_option("--name", options.name, "Display name");
  made->add_option("--quota", options.quota, "Space of the mailbox, for example 2GB; 0: unlimited");
  auto* list = add_command(*member, "list", "List members", common, true, chosen, [&] { return server::member_list(common, options); });
  list->add_option("domain", options.address, "Only members of this domain's enterprise");
  password(add("password", "Set a member's password", [&] { return server::member_password(common, options); }));
  add("disable", "Stop sign-in and mail of a member", [&] { return server::member_disable(common, options); });
  add("enable", "Undo disable", [&] { return server::member_enable(common, options); });
  add("alias", "Add an alias to a member", [&] { return server::member_alias(common, options); })
      ->add_option("alias", options.alias, "Further address of the member")
      ->required();
  add("quota", "Set the space of a member's mailbox", [&] { return server::member_quota(common, options); })
      ->add_option("quota", options.quota, "For example 2GB; 0: unlimited")
      ->required();
}

void add_queue_commands(CLI::App& app, Common& common, server::QueueOptions& options, std::function<int()>& chosen) {
  CLI::App* queue = app.add_subcommand("queue", "Mail that waits to be sent")->require_subcommand(1);
  auto add = [&](const char* name, const char* help, auto run) {
    auto* command = add_command(*queue, name, help, common, true, chosen, [&options, &common, run] { return run(common, options); });
    command->add_option("id", options.id, "As queue list shows it: MESSAGE/ENTRY, or MESSAGE for all its recipients");
    command->add_option("--from", options.sender, "Of this sender; <> for reports");
    command->add_option("--to", options.recipient, "To this recipient");
    command->add_option("--domain", options.destination, "To recipients of this domain");
    return command;
  };
  add("list", "Show what waits", server::queue_list);
  const auto all = [&](CLI::App* command) { command->add_flag("--all", options.all, "Everything"); };
  all(add("retry", "Try now", server::queue_retry));
  all(add("hold", "Keep back until released", server::queue_hold));
  all(add("release", "Let go what is held", server::queue_release));
  auto* remove = add("delete", "Take out unsent", server::queue_delete);
  all(remove);
  remove->add_flag("--bounce", options.bounce, "Return it to its sender");
  auto* route = add("route", "Send to another host", server::queue_route);
  all(route);
  route->add_option("--host", options.route, "host or host:port; left out: as DNS says");
}

void add_config_commands(CLI::App& app, Common& common, std::function<int()>& chosen) {
  CLI::App* config = app.add_subcommand("config", "Settings")->require_subcommand(1);
  add_command(*config, "reference", "Print the reference of all settings", common, false, chosen, server::config_reference);
  add_command(*config, "sample", "Print a settings file with every default", common, false, chosen, server::config_sample);
  add_command(*config, "check", "Check the settings and show those in force", common, false, chosen,
              [&] { return server::config_check(common); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Posthouse: enterprise mail for every domain a company owns", "posthouse");
  app.require_subcommand(1);
  Common common;
  server::QuickstartOptions quick;
  server::DomainOptions domain;
  server::MemberOptions member;
  server::QueueOptions queue;
  std::function<int()> chosen;

  add_command(app, "serve", "Run the server", common, true, chosen, [&] { return server::serve(common); });
  auto* start = add_command(app, "quickstart", "Make an enterprise, its domain and its first administrator", common, true, chosen,
                            [&] { return server::quickstart(common, quick); });
  start->add_option("domain", quick.domain, "Domain name")->required();
  start->add_option("--admin", quick.admin, "Local part of the administrator's address")->capture_default_str();
  start->add_option("--name", quick.name, "Name of the enterprise; default: the domain");
  start->add_flag("--password-stdin", quick.password_stdin, "Read the administrator's password from standard input instead of making one");
  add_domain_commands(app, common, domain, chosen);
  add_member_commands(app, common, member, chosen);
  add_queue_commands(app, common, queue, chosen);
  add_command(app, "verify", "Check every storage promise; exit 0 only if all hold", common, true, chosen,
              [&] { return server::verify(common); });
  add_config_commands(app, common, chosen);
  add_command(app, "version", "Print the version", common, false, chosen, server::version);

  CLI11_PARSE(app, argc, argv);
  try {
    return chosen();
  } catch (const base::Failure& failure) {
    std::fprintf(stderr, "posthouse: %s\n", failure.what());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "posthouse: %s\n", e.what());
  }
  return 1;
}
