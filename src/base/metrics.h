#pragma once
// Counters and gauges for Prometheus, over prometheus-cpp. A metric is declared where it is counted:
//   static auto& accepted = base::counter("posthouse_smtp_messages_total", "Messages answered 250", {{"protocol", "smtp"}});
//   accepted.Increment();

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <map>
#include <string>

namespace base {

// The one registry of the process; /metrics collects it. Thread-safe.
prometheus::Registry& metrics();
prometheus::Counter& counter(const std::string& name, const std::string& help, const std::map<std::string, std::string>& labels = {});
prometheus::Gauge& gauge(const std::string& name, const std::string& help, const std::map<std::string, std::string>& labels = {});

}  // namespace base
