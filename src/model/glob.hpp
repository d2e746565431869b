#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace migrate::model {

// The files that match a pattern with * ? [a-z] in its parts and ** for any folders, relative to `folder`,
// sorted by path.
std::vector<std::string> glob(const std::filesystem::path& folder, const std::string& pattern);

}  // namespace migrate::model
