// A server that is older than what is supported, played by a thread that speaks just enough of the protocol:
// https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-START-UP
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/support/program.hpp"

using migrate::test::Project;

namespace {

std::string message(char type, const std::string& body) {
  const auto size = body.size() + 4;
  std::string out(1, type);
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(size >> shift & 0xFF);
  return out + body;
}

std::string setting(const std::string& name, const std::string& value) {
  return message('S', name + '\0' + value + '\0');
}

// Lets everybody in and answers nothing.
class OldServer {
 public:
  explicit OldServer(const std::string& version) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, (folder_.path() / ".s.PGSQL.5432").c_str(), sizeof address.sun_path - 1);
    socket_ = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket_, 4) != 0)
      throw std::runtime_error("no socket");
    thread_ = std::thread([this, version] { serve(version); });
  }
  ~OldServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  OldServer(const OldServer&) = delete;
  OldServer& operator=(const OldServer&) = delete;

  std::string folder() const { return folder_.path().string(); }

 private:
  void serve(const std::string& version) const {
    for (int client; (client = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(client)) {
      char request[1024];
      if (::read(client, request, sizeof request) <= 0) continue;
      const auto welcome = message('R', std::string(4, '\0')) + setting("server_version", version) +
                           setting("server_encoding", "UTF8") + setting("client_encoding", "UTF8") +
                           setting("standard_conforming_strings", "on") + message('K', std::string(8, '\1')) +
                           message('Z', "I");
      if (::send(client, welcome.data(), welcome.size(), MSG_NOSIGNAL) < 0) continue;
      while (::read(client, request, sizeof request) > 0) {
      }
    }
  }

  migrate::test::TemporaryFolder folder_;
  int socket_ = -1;
  std::thread thread_;
};

}  // namespace

TEST_CASE("A server that is too old is refused with its version") {
  const auto [version, said] =
      GENERATE(table<std::string, std::string>({{"12.22", "12"}, {"9.6.24", "9.6"}}));
  const OldServer server(version);
  const Project project("postgresql://somebody@/shop?host=" + server.folder());
  const auto outcome = project.migrate({"current", "-q"});
  CHECK(outcome.status == 5);
  CHECK(outcome.out.empty());
  CHECK(outcome.err == "error: database shop on " + server.folder() +
                           " as somebody: the server is PostgreSQL " + said +
                           ", and 13 is the oldest that is supported\n  hint: upgrade the server\n");
}
