#include "server/instance.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "blob/open.h"
#include "server/limits.h"
#include "sql/open.h"

namespace server {

namespace {

std::string make_folder(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (!fs::exists(folder, error)) {
    fs::create_directories(folder, error);
    if (!error) fs::permissions(folder, fs::perms::owner_all, error);
  }
  if (!error) fs::create_directory(folder + "/run", error);
  if (error) throw base::Failure(base::ErrorKind::kUnavailable, "cannot use the data folder " + folder, error.message());
  return fs::absolute(folder).string();
}

// "sqlite:" and "rocksdb:" without a path mean the data folder.
std::string with_default_path(const std::string& url, const char* scheme, const std::string& path) {
  return url == scheme ? scheme + path : url;
}

std::unique_ptr<blob::BlobStore> open_bodies(const config::Settings& settings, const std::string& folder, Bodies bodies) {
  if (bodies == Bodies::kNone) return blob::open("memory:");
  blob::Settings wanted = blob_settings(settings);
  wanted.read_only = bodies == Bodies::kRead;
  return blob::open(with_default_path(settings.text("blob.url"), "rocksdb:", folder + "/blobs"), wanted);
}

}  // namespace

Instance::Instance(const std::string& folder, config::Settings settings, Bodies bodies)
    : folder_(make_folder(folder)),
      settings_(std::move(settings)),
      ids_(clock_, static_cast<uint32_t>(settings_.number("server.node"))),
      blobs_(open_bodies(settings_, folder_, bodies)),
      database_(
          sql::open(with_default_path(settings_.text("database.url"), "sqlite:", folder_ + "/posthouse.db"), sql_settings(settings_))),
      store_(std::make_unique<store::Store>(*database_, *blobs_, feed_, clock_, ids_, store_limits(settings_), mime_limits(settings_))),
      directory_(std::make_unique<directory::Directory>(*database_, clock_, ids_, directory_limits(settings_),
                                                        folder_ + "/run/directory.version")),
      credentials_(std::make_unique<directory::Credentials>(*directory_, clock_, sign_in_limits(settings_))),
      journal_(std::make_unique<journal::Journal>(*database_, clock_, ids_, journal_limits(settings_))) {}

std::string Instance::hostname() const {
  if (const std::string& name = settings_.text("server.hostname"); !name.empty()) return name;
  char name[256] = {};
  if (gethostname(name, sizeof name - 1) != 0 || name[0] == 0) return "localhost";
  return name;
}

}  // namespace server
