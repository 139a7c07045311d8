#pragma once
// The queue's way to our own mailboxes: what was held until a time, or was queued for a domain that has become ours, is delivered here
// instead of being sent to ourselves over the network.

#include "base/ids.h"
#include "delivery/delivery.h"
#include "queue/transport.h"

namespace delivery {

class LocalTransport final : public queue::Transport {
 public:
  // All outlive it. `elsewhere` carries what is not ours.
  LocalTransport(Delivery& delivery, directory::Directory& directory, const base::Clock& clock, base::IdMaker& ids, std::string hostname,
                 queue::Transport& elsewhere)
      : delivery_(delivery), directory_(directory), clock_(clock), ids_(ids), hostname_(std::move(hostname)), elsewhere_(elsewhere) {}

  net::Task<std::vector<queue::Outcome>> send(queue::Batch batch) override;

 private:
  bool is_ours(const queue::Batch& batch);
  net::Task<std::vector<queue::Outcome>> deliver(queue::Batch batch);

  Delivery& delivery_;
  directory::Directory& directory_;
  const base::Clock& clock_;
  base::IdMaker& ids_;
  const std::string hostname_;
  queue::Transport& elsewhere_;
};

}  // namespace delivery
