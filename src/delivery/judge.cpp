// Step "judge": wanted, unwanted, refused or to come back (spam/judge.h). What is unwanted goes into Junk; nothing is dropped. What members
// send is looked at for viruses alone.

#include <algorithm>

#include "delivery/step.h"
#include "mime/address.h"
#include "mime/message.h"

namespace delivery {

namespace {

std::string author_of(const Message& message) {
  const auto from = mime::find_header(message.body, "From");
  const auto author = from ? mime::first_mailbox(*from) : std::nullopt;
  return author ? author->addr_spec() : std::string();
}

// REQUIRES: at least one open recipient here.
spam::Facts facts_of(const Message& message, std::string_view bytes) {
  spam::Facts facts;
  facts.id = message.id;
  facts.client = net::IpAddress::parse(message.peer.address);
  facts.helo = message.peer.helo;
  facts.sender = message.envelope.sender;
  facts.from = author_of(message);
  if (message.authenticated) facts.auth = for_judge(*message.authenticated);
  if (message.submitter) facts.user = message.submitter->address;
  facts.bytes = bytes;
  facts.now = message.received_at;
  for (const auto& recipient : message.recipients)
    if (recipient.is_open() && recipient.member) facts.recipients.push_back({recipient.member->scope(), recipient.address});
  // A message that only leaves is judged for who sends it.
  if (facts.recipients.empty()) facts.recipients.push_back({message.submitter->scope(), message.submitter->address});
  return facts;
}

// The reply that refuses or defers all, if one does.
const spam::Verdict* refusal(const std::vector<spam::Verdict>& verdicts) {
  const auto found = std::ranges::find_if(verdicts, [](const spam::Verdict& v) { return !v.stored(); });
  return found == verdicts.end() ? nullptr : &*found;
}

}  // namespace

net::Task<Verdict> judge_message(Message& message, Services& services) {
  const bool asked = message.authenticated || message.submitter;
  const bool open = std::ranges::any_of(message.recipients, &Recipient::is_open);
  if (services.judge == nullptr || !asked || !open) co_return Verdict::go_on();
  const std::string bytes = message.results + message.trace + message.body;
  auto verdicts = co_await services.judge->judge(facts_of(message, bytes));
  spam::settle(verdicts, services.judge->settings().junk_score);
  if (const auto* refused = refusal(verdicts)) {
    const auto kind = refused->action == spam::Action::kDefer ? Verdict::Kind::kDefer : Verdict::Kind::kRefuse;
    co_return Verdict{kind, {refused->code, refused->enhanced, refused->reply}};
  }
  if (message.submitter) co_return Verdict::go_on();  // colleagues' mail is not sorted
  message.results += spam::verdict_header(verdicts);
  auto verdict = verdicts.begin();
  for (auto& recipient : message.recipients)
    if (recipient.is_open() && recipient.member) recipient.verdict = std::move(*verdict++);
  co_return Verdict::go_on();
}

}  // namespace delivery
