#include "util/memory.hpp"

#ifdef __GLIBC__
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <limits>
#endif

namespace migrate {

#ifdef __GLIBC__

void use_large_pages() {
  constexpr int reserved = 1 << 30, usual_step = 1 << 20, largest_in_heap = 32 << 20;
  constexpr std::uintptr_t large_page = 2 << 20;
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto heap_end = [] { return reinterpret_cast<std::uintptr_t>(sbrk(0)); };
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, largest_in_heap);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TOP_PAD, reserved);
  const auto begin = (heap_end() + page - 1) / page * page;
  void* volatile grows_the_heap = std::malloc(usual_step);
  const auto next = reinterpret_cast<std::uintptr_t>(grows_the_heap);
  std::free(grows_the_heap);
  // Whatever comes after that is asked for in steps that a limited address space has, too.
  mallopt(M_TOP_PAD, usual_step);
  const auto end = heap_end();
  if (end <= begin) return;
  madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
  // What is before the first large page of which nothing has been touched would come in hundreds of small
  // ones: it is never used.
  const auto touched = next + usual_step + page;
  [[maybe_unused]] static void* volatile unused;
  unused = std::malloc((touched + large_page - 1) / large_page * large_page - next);
}

#else

void use_large_pages() {}

#endif

}  // namespace migrate
