// A stand-in for the server's socket that lets every message of the protocol through, whole and in order, and
// breaks at a chosen one. It counts the messages of both directions and of all connections of a run together,
// so that a point of one run is the same point in the next.
#pragma once
#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temporary_folder.hpp"

namespace migrate::test {

enum class Drop {
  nothing,     // what happens at the point is `action` alone
  connection,  // both ends of the connection that the message belongs to
  network,     // all connections, and new ones are refused until heal()
  clients,     // as network, but the server hears nothing of it until release(): its sessions outlive the
               // clients
};

struct Point {
  std::size_t message = 0;  // from 1
  bool forwarded = false;   // after the message was handed on; false: in its place
  Drop drop = Drop::network;
  // Called first, in the proxy's thread, with the process id of the server's session.
  std::function<void(int backend)> action = {};
};

struct Message {
  std::size_t connection = 0;  // from 1, in the order in which they were opened
  bool from_client = false;
  char type = 0;     // of the protocol; 0: what opens a connection
  std::string text;  // of a statement (Query, Parse); else empty

  // The server acts when it has got this one: a Query, a Sync, the end of a COPY, a Terminate, a start.
  bool is_request() const;
};

class Proxy {
 public:
  // In front of the server that listens on port 5432 in this folder.
  explicit Proxy(const std::filesystem::path& server_folder);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  std::filesystem::path folder() const { return folder_.path(); }  // the host to connect to

  void begin(std::optional<Point> point);  // another run: nothing is connected, counting starts anew
  bool hit() const { return hit_; }        // the run has come to the point
  void release();                          // Drop::clients: the server's ends are closed now
  std::vector<Message> end();              // closes everything, and returns what was counted

 private:
  struct Half {
    int socket = -1;
    std::string unread;  // the beginning of a message that is not here in full
  };
  struct Pair {
    std::size_t number = 0;
    bool started = false;
    int backend = 0;
    Half client, server;
  };

  TemporaryFolder folder_;
  std::string server_socket_;
  int listening_ = -1, wake_[2] = {-1, -1};
  std::atomic<bool> hit_{false}, stopped_{false};
  mutable std::mutex mutex_;
  bool refusing_ = false;
  std::optional<Point> point_;
  std::vector<Message> messages_;
  std::list<Pair> pairs_;
  std::size_t rounds_ = 0;  // how often they were all given up
  std::thread thread_;

  void serve();
  void accept_one();
  bool read_from(Pair& pair, bool from_client);
  bool pass(Pair& pair, bool from_client, std::string_view whole, char type);
  void strike(Pair& pair);
  void close_all();
};

}  // namespace migrate::test
