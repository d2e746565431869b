// What `init` can make.
#pragma once
#include <string>
#include <vector>

namespace migrate::cli {

struct ProjectTemplate {
  struct File {
    std::string name, text;
  };
  std::string name, description;
  std::vector<File> files;
  std::string next;  // the command that writes the first revision
};

const std::vector<ProjectTemplate>& project_templates();           // the default first
const ProjectTemplate& project_template(const std::string& name);  // throws Error(usage) for an unknown one

}  // namespace migrate::cli
