#include "postgres/rows.hpp"

#include <algorithm>
#include <charconv>

#include "util/error.hpp"

namespace migrate::postgres {
namespace {

// Of the PostgreSQL manual's COPY, "Text Format": what stands behind a backslash.
char unescaped(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      return letter;
  }
}

}  // namespace

void RowText::end_row() {
  constexpr std::size_t largest_piece = 1 << 18;  // most answers are a row or none
  const auto ends = ends_.size() * sizeof(End), size = ends + text_.size();
  if (size > room_) {
    room_ = std::max(size, piece_);
    piece_ = std::min(2 * piece_, largest_piece);
    pieces_.emplace_back(new char[room_]);
    next_ = pieces_.back().get();
  }
  std::copy_n(reinterpret_cast<const char*>(ends_.data()), ends, next_);
  std::copy_n(text_.data(), text_.size(), next_ + ends);
  rows_.push_back(next_);
  next_ += size;
  room_ -= size;
  ends_.clear();
  text_.clear();
}

void RowText::add_copy_line(std::string_view line) {
  for (std::size_t at = 0; columns_ > 0; ++at) {
    const auto end = std::min(line.find('\t', at), line.size());
    const auto cell = line.substr(at, end - at);
    if (cell == "\\N") {
      add_null();
    } else if (cell.find('\\') == std::string_view::npos) {
      add(cell);
    } else {
      for (std::size_t i = 0; i < cell.size(); ++i)
        text_ += cell[i] == '\\' && i + 1 < cell.size() ? unescaped(cell[++i]) : cell[i];
      end_cell(0);
    }
    if (end == line.size()) break;
    at = end;
  }
  end_row();
}

std::int64_t Row::integer(int column) const {
  const std::string_view digits = text(column);
  if (digits.empty()) return 0;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size())
    throw Error(ExitCode::failed,
                "the server sent \"" + std::string(digits) + "\" where a number was expected");
  return number;
}

}  // namespace migrate::postgres
