#include "report/revision_graph.hpp"

#include <algorithm>
#include <unordered_set>

namespace migrate::report {
namespace {

// A lane is a column that waits for the revision which its line leads to; lane n stands in column 2n, and
// what leans stands between.
class Drawing {
 public:
  explicit Drawing(const std::vector<DrawnRevision>& revisions) {
    for (const auto& each : revisions) drawn_.insert(each.id);
  }

  void add(const DrawnRevision& revision) {
    auto lane = find(revision.id, 0);
    if (lane == lanes_.size()) lanes_.push_back(revision.id);
    for (auto other = find(revision.id, lane + 1); other < lanes_.size(); other = find(revision.id, lane + 1))
      join(lane, other);
    std::vector<std::string> parents;
    for (const auto& parent : revision.parents)
      if (drawn_.count(parent) != 0) parents.push_back(parent);
    std::string beside = straight(lanes_.size());
    beside[2 * lane] = '*';
    auto below = straight(lanes_.size());
    if (parents.empty()) below[2 * lane] = ' ';
    for (std::size_t i = 0; i < std::max<std::size_t>(revision.text.size(), 1); ++i)
      emit((i == 0 ? beside : below) + (revision.text.empty() ? "" : " " + revision.text[i]));
    if (parents.empty()) {
      remove(lane);
      return;
    }
    lanes_[lane] = parents.front();
    for (auto parent = parents.rbegin(); parent + 1 != parents.rend(); ++parent) fork(lane, *parent);
  }

  std::vector<std::string> take() { return std::move(lines_); }

 private:
  std::size_t find(const std::string& id, std::size_t from) const {
    return static_cast<std::size_t>(
        std::find(lanes_.begin() + static_cast<std::ptrdiff_t>(from), lanes_.end(), id) - lanes_.begin());
  }
  static std::string straight(std::size_t lanes) {
    std::string out;
    for (std::size_t i = 0; i < lanes; ++i) out += i == 0 ? "|" : " |";
    return out;
  }
  static void put(std::string& line, std::size_t column, char c) {
    if (line.size() <= column) line.resize(column + 1, ' ');
    line[column] = c;
  }
  void emit(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    lines_.push_back(std::move(line));
  }

  // `from` leans over to `lane`, across what stands between; what is right of it moves up.
  void join(std::size_t lane, std::size_t from) {
    for (std::size_t row = 1; row <= from - lane; ++row) {
      auto line = straight(from);
      put(line, 2 * (from - row) + 1, '/');
      for (std::size_t right = from + 1; right < lanes_.size(); ++right)
        row == 1 ? put(line, 2 * right - 1, '/') : put(line, 2 * (right - 1), '|');
      emit(std::move(line));
    }
    lanes_.erase(lanes_.begin() + static_cast<std::ptrdiff_t>(from));
  }

  void fork(std::size_t lane, const std::string& parent) {
    auto line = straight(lane + 1);
    for (auto right = lane; right < lanes_.size(); ++right) put(line, 2 * right + 1, '\\');
    emit(std::move(line));
    lanes_.insert(lanes_.begin() + static_cast<std::ptrdiff_t>(lane) + 1, parent);
  }

  void remove(std::size_t lane) {
    if (lane + 1 < lanes_.size()) {
      auto line = straight(lane);
      for (auto right = lane + 1; right < lanes_.size(); ++right) put(line, 2 * right - 1, '/');
      emit(std::move(line));
    }
    lanes_.erase(lanes_.begin() + static_cast<std::ptrdiff_t>(lane));
  }

  std::unordered_set<std::string> drawn_;
  std::vector<std::string> lanes_, lines_;
};

}  // namespace

std::vector<std::string> draw(const std::vector<DrawnRevision>& revisions) {
  Drawing drawing(revisions);
  for (const auto& each : revisions) drawing.add(each);
  return drawing.take();
}

}  // namespace migrate::report
