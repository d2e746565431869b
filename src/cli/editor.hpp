// A file in the user's editor.
#pragma once
#include <filesystem>

namespace migrate::cli {

// $VISUAL, else $EDITOR, else one that is installed; waits for it. Throws Error(failed) if it ends with
// another exit code than 0.
void open_editor(const std::filesystem::path& file);

}  // namespace migrate::cli
