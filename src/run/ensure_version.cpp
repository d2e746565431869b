#include "run/ensure_version.hpp"

#include "postgres/bookkeeping.hpp"
#include "postgres/interrupt.hpp"
#include "postgres/lock.hpp"

namespace migrate::run {

bool ensure_version(postgres::Session& session, const Options& options, const Events& events) {
  postgres::Bookkeeping bookkeeping(session, options.names);
  bookkeeping.versions();  // a table of that name which is none is refused
  if (bookkeeping.exists()) return false;
  const postgres::WatchForInterrupt watch(session);
  const postgres::AdvisoryLock lock(session, options.names, options.wait, [&](const std::string& holder) {
    if (events.note) events.note("waiting for another runner: " + holder);
  });
  return bookkeeping.ensure();
}

}  // namespace migrate::run
