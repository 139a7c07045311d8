#pragma once
// The program's metrics as a page for Prometheus.

#include "http/server.h"

namespace http {

// A handler: base::metrics() in the text format 0.0.4.
Handler metrics_page();

}  // namespace http
