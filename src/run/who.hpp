// Who runs this and from where, for the log and for those who wait for it.
#pragma once
#include <memory>

#include "postgres/bookkeeping.hpp"
#include "run/options.hpp"

namespace migrate::run {

// Takes the lock of the version table, saying so if it has to wait. Throws as postgres::take_lock(). The
// session and how to reach it once more outlive the lock.
std::unique_ptr<postgres::Lock> lock_database(postgres::Session& session,
                                              const postgres::ConnectOptions& connect, const Options& options,
                                              const Events& events);

// Sets tool_version, application, tag, os_user and host.
void sign(postgres::LogEntry& entry, const Options& options);

// "app (alice on laptop)"
std::string who(const postgres::LogEntry& entry);

}  // namespace migrate::run
