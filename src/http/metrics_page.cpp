#include "http/metrics_page.h"

#include <prometheus/text_serializer.h>

#include "base/metrics.h"

namespace http {

namespace {

net::Task<Response> serve_metrics(const Request&) {
  const prometheus::TextSerializer serializer;
  co_return Response::text(200, serializer.Serialize(base::metrics().Collect()), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace

Handler metrics_page() { return serve_metrics; }

}  // namespace http
