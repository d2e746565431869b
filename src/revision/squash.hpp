// Several revisions in a row as one script that replaces them.
#pragma once
#include <string>
#include <vector>

#include "revision/directory.hpp"
#include "revision/graph.hpp"

namespace migrate::revision {

// The sections of all, one after the other, and back in reverse; parents of the first, labels and
// dependencies of all, `replaces` in order, created when the last was. Without id and message. `ids` from the
// oldest. Throws Error(usage) unless they are one line that others meet only at its ends, and for scripts
// whose down sections do not say which step they undo where that is not plain.
Script squash(const Directory& directory, const Graph& graph, const std::vector<std::string>& ids);

}  // namespace migrate::revision
