// Finding the handler of a request, and the fields that every response gets.

#include <algorithm>

#include "base/log.h"
#include "base/text.h"
#include "http/server.h"

namespace http {

std::string_view Request::field(std::string_view lower_case_name) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.first == lower_case_name; });
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

Response Response::text(int status, std::string body, std::string type) {
  Response response;
  response.status = status;
  response.fields.emplace_back("Content-Type", std::move(type));
  response.body = std::move(body);
  return response;
}

void Router::add(std::string method, std::string path, Handler handler) {
  if (path.ends_with("/*")) {
    path.pop_back();
    prefixes_[path][method] = std::move(handler);
  } else {
    exact_[path][method] = std::move(handler);
  }
}

const Router::Methods* Router::find(std::string_view path) const {
  if (const auto found = exact_.find(path); found != exact_.end()) return &found->second;
  for (size_t slash = path.rfind('/'); slash != std::string_view::npos;
       slash = slash == 0 ? std::string_view::npos : path.rfind('/', slash - 1)) {
    if (const auto found = prefixes_.find(path.substr(0, slash + 1)); found != prefixes_.end()) return &found->second;
  }
  return nullptr;
}

net::Task<Response> Router::route(const Request& request) const {
  const Methods* methods = find(request.path);
  if (!methods) co_return Response::text(404, "not found\n");
  const auto handler = methods->find(request.method);
  if (handler != methods->end()) {
    Response response = co_await handler->second(request);
    co_return response;
  }
  std::string allow;  // RFC 9110 15.5.6
  for (const auto& [method, unused] : *methods) allow += (allow.empty() ? "" : ", ") + method + (method == "GET" ? ", HEAD" : "");
  Response refused = Response::text(405, "method not allowed\n");
  refused.fields.emplace_back("Allow", allow);
  co_return refused;
}

net::Task<Response> Router::answer(const Request& request) const {
  Response response;
  try {
    response = co_await route(request);
  } catch (const net::IoError&) {
    throw;
  } catch (const std::exception& error) {
    base::log_error("request failed", {{"method", request.method}, {"path", request.path}, {"cause", error.what()}});
    response = Response::text(500, "internal error\n");
  }
  if (hook_) hook_(request, response);
  co_return response;
}

void add_security_fields(const Request&, Response& response) {
  constexpr std::pair<const char*, const char*> kFields[] = {
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
  };
  for (const auto& [name, value] : kFields) {
    const auto same = [&wanted = name](const auto& field) { return base::iequals(field.first, wanted); };
    if (std::none_of(response.fields.begin(), response.fields.end(), same)) response.fields.emplace_back(name, value);
  }
}

std::optional<std::string> decode_path(std::string_view path) {
  std::string decoded;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      decoded += path[i];
      continue;
    }
    const auto byte = base::hex_decode(path.substr(i + 1, 2));
    if (!byte || byte->size() != 1 || byte->front() == '\0') return std::nullopt;
    decoded += byte->front();
    i += 2;
  }
  return decoded;
}

}  // namespace http
