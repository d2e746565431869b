// Revisions with the lines between them, as `git log --graph` draws commits.
#pragma once
#include <string>
#include <vector>

namespace migrate::report {

struct DrawnRevision {
  std::string id;
  std::vector<std::string> parents;  // those that are not drawn end their line
  std::vector<std::string> text;     // the first stands beside the star, others below it
};

// `revisions` from the newest, each before its parents. Lines without white space at their end.
std::vector<std::string> draw(const std::vector<DrawnRevision>& revisions);

}  // namespace migrate::report
