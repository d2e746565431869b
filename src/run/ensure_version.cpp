#include "run/ensure_version.hpp"

#include "postgres/bookkeeping.hpp"
#include "postgres/interrupt.hpp"
#include "run/who.hpp"

namespace migrate::run {

bool ensure_version(postgres::Session& session, const postgres::ConnectOptions& connect,
                    const Options& options, const Events& events) {
  postgres::Bookkeeping bookkeeping(session, options.names);
  bookkeeping.versions();  // a table of that name which is none is refused
  if (bookkeeping.exists()) return false;
  const postgres::WatchForInterrupt watch(session);
  const auto lock = lock_database(session, connect, options, events);
  return bookkeeping.ensure();
}

}  // namespace migrate::run
