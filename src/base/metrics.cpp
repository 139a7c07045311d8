#include "base/metrics.h"

namespace base {

prometheus::Registry& metrics() {
  static prometheus::Registry registry;
  return registry;
}

prometheus::Counter& counter(const std::string& name, const std::string& help, const std::map<std::string, std::string>& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(metrics()).Add(labels);
}

prometheus::Gauge& gauge(const std::string& name, const std::string& help, const std::map<std::string, std::string>& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(metrics()).Add(labels);
}

}  // namespace base
