// What the server answered: rows of cells, as text. A big catalogue has millions of cells; each takes its
// text and four bytes, where libpq keeps sixteen.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "postgres/server_message.hpp"

namespace migrate::postgres {

// Filled cell by cell, row by row; a row is as wide as `columns`. Kept in pieces, so that a long answer is
// never copied as it grows. A row's text is less than 2 GiB, as the server's messages are.
class RowText {
 public:
  explicit RowText(std::size_t columns) : columns_(columns) {}
  void add(std::string_view cell) {
    text_ += cell;
    end_cell(0);
  }
  void add_null() { end_cell(is_null); }
  void end_row();  // after its cells
  // A line of COPY … TO STDOUT in its text format, without the line's end: a row.
  void add_copy_line(std::string_view line);

  std::size_t rows() const { return rows_.size(); }
  bool null(std::size_t row, std::size_t column) const { return (end(row, column) & is_null) != 0; }
  std::string_view text(std::size_t row, std::size_t column) const {
    const std::size_t begin = column == 0 ? 0 : end(row, column - 1) & ~is_null;
    return {rows_[row] + columns_ * sizeof(End) + begin, (end(row, column) & ~is_null) - begin};
  }

 private:
  using End = std::uint32_t;  // of a cell in its row's text
  static constexpr End is_null = End{1} << 31;
  End end(std::size_t row, std::size_t column) const {
    End out;
    std::memcpy(&out, rows_[row] + column * sizeof out, sizeof out);
    return out;
  }
  void end_cell(End flag) { ends_.push_back(static_cast<End>(text_.size()) | flag); }

  std::size_t columns_;
  std::vector<End> ends_;  // of the row that is being filled, and its text
  std::string text_;
  std::vector<std::unique_ptr<char[]>> pieces_;
  char* next_ = nullptr;  // where the next row goes in the last piece, and what room there is
  std::size_t room_ = 0;
  std::size_t piece_ = 256;        // how large the next one is, at least
  std::vector<const char*> rows_;  // in the pieces: the ends of the cells, then their text
};

// One row of an answer; valid while its Rows lives. Columns count from 0.
class Row {
 public:
  Row(const RowText& rows, std::size_t number) : rows_(&rows), number_(number) {}
  bool null(int column) const { return rows_->null(number_, static_cast<std::size_t>(column)); }
  std::string_view text(int column) const {  // empty for null
    return rows_->text(number_, static_cast<std::size_t>(column));
  }
  std::optional<std::string> optional(int column) const {
    return null(column) ? std::nullopt : std::optional<std::string>(text(column));
  }
  bool boolean(int column) const { return text(column) == "t"; }  // false for null
  std::int64_t integer(int column) const;  // 0 for null; throws Error(failed) for what is not a number

 private:
  const RowText* rows_;
  std::size_t number_;
};

// An answer, cheap to copy.
class Rows {
 public:
  class Iterator {
   public:
    Iterator(const RowText& rows, std::size_t number) : rows_(&rows), number_(number) {}
    Row operator*() const { return {*rows_, number_}; }
    Iterator& operator++() {
      ++number_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const RowText* rows_;
    std::size_t number_;
  };

  // `columns`: their names. `affected`: rows that INSERT, UPDATE or DELETE hit.
  Rows(RowText text, std::vector<std::string> columns, std::size_t affected)
      : rows_(std::make_shared<const RowText>(std::move(text))),
        columns_(std::move(columns)),
        affected_(affected) {}
  std::size_t size() const { return rows_->rows(); }
  bool empty() const { return size() == 0; }
  std::size_t affected() const { return affected_; }
  const std::vector<std::string>& columns() const { return columns_; }
  Row operator[](std::size_t number) const { return {*rows_, number}; }
  Iterator begin() const { return {*rows_, 0}; }
  Iterator end() const { return {*rows_, size()}; }

 private:
  std::shared_ptr<const RowText> rows_;
  std::vector<std::string> columns_;
  std::size_t affected_;
};

// To several statements that are sent as one: the rows of each, up to the one that failed.
struct Answers {
  std::vector<Rows> rows;
  std::optional<ServerError> error;
};

}  // namespace migrate::postgres
