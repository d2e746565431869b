// Who runs this and from where, for the log.
#pragma once
#include "postgres/bookkeeping.hpp"
#include "run/options.hpp"

namespace migrate::run {

// Sets tool_version, application, tag, os_user and host.
void sign(postgres::LogEntry& entry, const Options& options);

}  // namespace migrate::run
