// Where this build's files are. Told by one source, so that all others compile to the same in any checkout
// and a compiler cache serves them there.
#pragma once
#include <filesystem>

namespace migrate::test {

const std::filesystem::path& source_folder();  // the checkout
const std::filesystem::path& program();        // build/migrate

}  // namespace migrate::test
