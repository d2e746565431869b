// Makes the two tables of the bookkeeping, and no more.
#pragma once
#include "postgres/session.hpp"
#include "run/options.hpp"

namespace migrate::run {

// True if something was missing. Takes the lock only then; throws as Bookkeeping::ensure and take_lock() do.
bool ensure_version(postgres::Session& session, const postgres::ConnectOptions& connect,
                    const Options& options, const Events& events);

}  // namespace migrate::run
