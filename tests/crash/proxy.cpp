#include "tests/crash/proxy.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string_view>

namespace migrate::test {
namespace {

constexpr std::uint32_t cancel_request = 80877102;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = at; i < at + 4; ++i) out = out << 8 | static_cast<unsigned char>(bytes[i]);
  return out;
}

// The bytes of the first whole message; 0: more must come.
std::size_t whole_message(std::string_view bytes, bool has_type) {
  const std::size_t head = has_type ? 1 : 0;
  if (bytes.size() < head + 4) return 0;
  const std::size_t size = head + number_at(bytes, head);
  return bytes.size() < size ? 0 : size;
}

std::string text_of(char type, std::string_view whole) {
  if (type != 'Q' && type != 'P') return {};
  std::string_view body = whole.substr(5);
  if (type == 'P') body.remove_prefix(std::min(body.find('\0') + 1, body.size()));  // the statement's name
  return std::string(body.substr(0, body.find('\0')));
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("the path is too long: " + path);
  std::copy(path.begin(), path.end(), address.sun_path);
  return address;
}

void close_socket(int& socket) {
  if (socket >= 0) ::close(socket);
  socket = -1;
}

}  // namespace

bool Message::is_request() const {
  return from_client && (type == 0 || type == 'Q' || type == 'S' || type == 'c' || type == 'X');
}

Proxy::Proxy(const std::filesystem::path& server_folder)
    : server_socket_((server_folder / ".s.PGSQL.5432").string()) {
  const auto path = (folder() / ".s.PGSQL.5432").string();
  const auto address = address_of(path);
  listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listening_ < 0 ||
      ::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(listening_, 16) != 0 || ::pipe2(wake_, O_CLOEXEC) != 0)
    throw std::runtime_error("the proxy cannot listen on " + path);
  thread_ = std::thread([this] { serve(); });
}

Proxy::~Proxy() {
  stopped_ = true;
  if (::write(wake_[1], "x", 1) < 0) std::abort();
  thread_.join();
  close_all();
  close_socket(listening_);
  for (int& end : wake_) close_socket(end);
}

void Proxy::begin(std::optional<Point> point) {
  const std::lock_guard hold(mutex_);
  close_all();
  messages_.clear();
  point_ = std::move(point);
  refusing_ = false;
  hit_ = false;
}

void Proxy::release() {
  const std::lock_guard hold(mutex_);
  for (auto& pair : pairs_) close_socket(pair.server.socket);
}

std::vector<Message> Proxy::end() {
  const std::lock_guard hold(mutex_);
  close_all();
  refusing_ = true;
  return std::move(messages_);
}

void Proxy::close_all() {
  for (auto& pair : pairs_) {
    close_socket(pair.client.socket);
    close_socket(pair.server.socket);
  }
  pairs_.clear();
  ++rounds_;
  if (::write(wake_[1], "w", 1) < 0) std::abort();
}

void Proxy::serve() {
  std::vector<pollfd> waiting;
  std::vector<std::pair<Pair*, bool>> whose;
  while (!stopped_) {
    waiting = {{listening_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    whose.clear();
    std::size_t round = 0;
    {
      const std::lock_guard hold(mutex_);
      round = rounds_;
      for (auto& pair : pairs_)
        for (const bool client : {true, false}) {
          const int socket = client ? pair.client.socket : pair.server.socket;
          // A client that was cut off leaves its server's end unread.
          if (socket < 0 || pair.client.socket < 0) continue;
          waiting.push_back({socket, POLLIN, 0});
          whose.emplace_back(&pair, client);
        }
    }
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) std::abort();
    const std::lock_guard hold(mutex_);
    if (waiting[1].revents != 0) {
      std::array<char, 64> bytes{};
      if (::read(wake_[0], bytes.data(), bytes.size()) < 0) std::abort();
      continue;  // the list of connections has changed
    }
    if (round != rounds_) continue;  // and so it has if that came between poll() and the lock
    for (std::size_t i = 0; i < whose.size(); ++i) {
      auto& [pair, client] = whose[i];
      if (waiting[i + 2].revents == 0) continue;
      if (pair->client.socket < 0 || pair->server.socket < 0) continue;
      if (read_from(*pair, client)) continue;
      close_socket(pair->client.socket);
      close_socket(pair->server.socket);
    }
    if (waiting[0].revents != 0) accept_one();
    pairs_.remove_if([](const Pair& pair) { return pair.client.socket < 0 && pair.server.socket < 0; });
  }
}

void Proxy::accept_one() {
  int client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const auto address = address_of(server_socket_);
  int server = refusing_ ? -1 : ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (server < 0 || ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close_socket(client);
    close_socket(server);
    return;
  }
  Pair pair;
  for (const auto& message : messages_) pair.number = std::max(pair.number, message.connection);
  ++pair.number;
  pair.client.socket = client;
  pair.server.socket = server;
  pairs_.push_back(std::move(pair));
}

// False: the connection is to be closed.
bool Proxy::read_from(Pair& pair, bool from_client) {
  auto& half = from_client ? pair.client : pair.server;
  std::array<char, 16384> bytes{};
  const auto got = ::read(half.socket, bytes.data(), bytes.size());
  if (got <= 0) return false;
  half.unread.append(bytes.data(), static_cast<std::size_t>(got));
  for (;;) {
    const bool has_type = !from_client || pair.started;
    const auto size = whole_message(half.unread, has_type);
    if (size == 0) return true;
    const auto whole = half.unread.substr(0, size);
    half.unread.erase(0, size);
    if (!has_type && number_at(whole, 4) != cancel_request) pair.started = true;
    if (!from_client && whole[0] == 'K') pair.backend = static_cast<int>(number_at(whole, 5));
    if (!pass(pair, from_client, whole, has_type ? whole[0] : '\0')) return false;
    if (pair.client.socket < 0) return true;  // struck
  }
}

bool Proxy::pass(Pair& pair, bool from_client, std::string_view whole, char type) {
  messages_.push_back({pair.number, from_client, type, text_of(type, whole)});
  const bool here = point_ && !hit_ && messages_.size() == point_->message;
  if (here && !point_->forwarded) {
    strike(pair);
    if (point_->drop != Drop::nothing) return true;
  }
  const int to = from_client ? pair.server.socket : pair.client.socket;
  std::size_t sent = 0;
  bool gone = false;
  while (sent < whole.size() && !gone) {
    const auto count = ::send(to, whole.data() + sent, whole.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno != EINTR) gone = true;
    if (count > 0) sent += static_cast<std::size_t>(count);
  }
  if (here && point_->forwarded) strike(pair);
  // What the other side said before it went is still to be handed on.
  return !gone || from_client;
}

void Proxy::strike(Pair& pair) {
  hit_ = true;
  if (point_->action) point_->action(pair.backend);
  switch (point_->drop) {
    case Drop::nothing:
      break;
    case Drop::connection:
      close_socket(pair.client.socket);
      close_socket(pair.server.socket);
      break;
    case Drop::network:
    case Drop::clients:
      refusing_ = true;
      for (auto& each : pairs_) {
        close_socket(each.client.socket);
        if (point_->drop == Drop::network) close_socket(each.server.socket);
      }
  }
}

}  // namespace migrate::test
