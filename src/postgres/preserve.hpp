// What a step that re-creates an object must give back to it: owner, privileges, comment and security label,
// as they are when the step runs. It is SQL, so that a script for psql does what the runner does.
#pragma once
#include <string>

#include "postgres/executor.hpp"

namespace migrate::postgres {

// A query of one JSON text: what those of the objects in Step::preserve have that are there now. A table's,
// view's or sequence's columns belong to it. Throws Error(failed) for a key of a kind that has none of these.
std::string preserve_sql(const Step& step);

// A statement that puts it back on those that are there now; `preserved` is an SQL expression of that text. A
// comment or label that the step itself set stays, and so does none where one of its statements is COMMENT ON
// that object IS NULL.
std::string put_back_sql(const Step& step, const std::string& preserved);

}  // namespace migrate::postgres
