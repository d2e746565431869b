// The SQL types of <chrono>, in a header of their own since <chrono> is slow to compile.
#pragma once
#include <chrono>

#include <migrate/types.hpp>

namespace migrate {

// A point in time, in whatever unit: timestamp with time zone. A day is a date.
template <class D>
struct sql_type<std::chrono::time_point<std::chrono::system_clock, D>> : sql_type<timestamptz> {};
template <>
struct sql_type<std::chrono::sys_days> : sql_type<date> {};
template <>
struct sql_type<std::chrono::year_month_day> : sql_type<date> {};

// Local time: no zone is known.
template <class D>
struct sql_type<std::chrono::local_time<D>> : sql_type<timestamp> {};
template <>
struct sql_type<std::chrono::local_days> : sql_type<date> {};

template <class R, class P>
struct sql_type<std::chrono::duration<R, P>> : sql_type<interval> {};
template <class D>
struct sql_type<std::chrono::hh_mm_ss<D>> : sql_type<time> {};

}  // namespace migrate
