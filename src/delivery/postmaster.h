#pragma once
// Brings the queue's reports to senders: into the INBOX of a member, or back over the queue with the null sender.

#include "delivery/delivery.h"
#include "queue/notices.h"

namespace delivery {

class Postmaster final : public queue::Postmaster {
 public:
  // `services` outlives it; services.queue is set.
  Postmaster(Services services, base::IdMaker& ids) : services_(std::move(services)), ids_(ids) {}

  net::Task<queue::PostNotice> deliver(queue::Notice notice) override;

 private:
  queue::PostNotice to_member(const queue::Notice& notice, const directory::Route& route);
  queue::PostNotice to_queue(const queue::Notice& notice);

  Services services_;
  base::IdMaker& ids_;
};

}  // namespace delivery
