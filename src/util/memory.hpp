// How the program's memory is had from the operating system.
#pragma once

namespace migrate {

// One heap for all threads, in large pages where the system gives them (/sys/kernel/mm/transparent_hugepage
// at madvise or always): a catalogue of 10,000 tables is 100,000 pages of 4 KiB, each a fault of some
// microseconds. Reserves addresses, no memory. To be called before any thread starts; without effect where
// the C library is not glibc.
void use_large_pages();

}  // namespace migrate
