#include <algorithm>
#include <initializer_list>

#include "sql/lexer.hpp"
#include "sql/statement.hpp"
#include "util/text.hpp"

namespace migrate::sql {
namespace {

// Unquoted words in lower case and single symbols; whatever is quoted is an empty string, so that it is never
// taken for a keyword.
std::vector<std::string> words_of(std::string_view statement) {
  // Enough for every statement that is told by its words; a CREATE TABLE need not be read to its end.
  constexpr std::size_t most = 400;
  std::vector<std::string> out;
  Lexer lexer(statement, {}, 1);
  while (out.size() < most) {
    const Token token = lexer.next();
    if (token.kind == TokenKind::end) break;
    if (token.blank()) continue;
    const bool plain =
        token.kind == TokenKind::word || token.kind == TokenKind::symbol || token.kind == TokenKind::number;
    out.push_back(plain ? to_lower(token.text) : std::string());
  }
  return out;
}

class Words {
 public:
  explicit Words(std::string_view statement) : words_(words_of(statement)) {}

  const std::string& at(std::size_t i) const {
    static const std::string none;
    return i < words_.size() ? words_[i] : none;
  }
  std::size_t size() const { return words_.size(); }
  bool starts(std::initializer_list<std::string_view> with) const { return here(0, with); }
  bool here(std::size_t i, std::initializer_list<std::string_view> sequence) const {
    return std::all_of(sequence.begin(), sequence.end(),
                       [&](std::string_view word) { return at(i++) == word; });
  }
  bool has(std::initializer_list<std::string_view> sequence) const {
    for (std::size_t i = 0; i < size(); ++i)
      if (here(i, sequence)) return true;
    return false;
  }
  // Of an option list: NAME, NAME = on and the like; `otherwise` if it is not there.
  bool option(std::string_view name, bool otherwise) const {
    for (std::size_t i = 1; i < size(); ++i) {
      if (at(i) != name || (at(i - 1) != "(" && at(i - 1) != ",")) continue;
      const auto& value = at(at(i + 1) == "=" ? i + 2 : i + 1);
      return value != "false" && value != "off" && value != "0";
    }
    return otherwise;
  }

 private:
  std::vector<std::string> words_;
};

bool is_control(const Words& words) {
  const auto& first = words.at(0);
  if (first == "rollback") {
    const std::size_t next = words.at(1) == "work" || words.at(1) == "transaction" ? 2 : 1;
    return words.at(next) != "to";  // a savepoint stays within the transaction
  }
  return first == "begin" || first == "commit" || first == "end" || first == "abort" ||
         words.starts({"start", "transaction"}) || words.starts({"prepare", "transaction"});
}

bool is_forbidden(const Words& words) {
  const auto& first = words.at(0);
  if (first == "vacuum" || words.starts({"alter", "system"}) || words.starts({"discard", "all"})) return true;
  if (first == "create" || first == "drop") {
    if (words.at(1) == "database" || words.at(1) == "tablespace") return true;
    if (words.starts({"create", "subscription"}))
      return words.option("create_slot", words.option("connect", true));
    const std::size_t index = words.at(1) == "unique" ? 2 : 1;
    return words.here(index, {"index", "concurrently"});
  }
  if (first == "reindex") {
    std::size_t i = 1;
    if (words.at(i) == "(") {
      if (words.option("concurrently", false)) return true;
      while (i < words.size() && words.at(i) != ")") ++i;
      ++i;
    }
    const auto& kind = words.at(i);
    return kind == "schema" || kind == "database" || kind == "system" || words.at(i + 1) == "concurrently";
  }
  if (first == "cluster") {  // without a table: every table that was clustered before
    std::size_t i = words.at(1) == "verbose" ? 2 : 1;
    if (words.at(i) == "(") {
      while (i < words.size() && words.at(i) != ")") ++i;
      ++i;
    }
    return i >= words.size();
  }
  if (words.starts({"alter", "database"})) return words.has({"set", "tablespace"});
  if (words.starts({"alter", "table"})) {
    // DETACH PARTITION name CONCURRENTLY; a qualified name is three words.
    for (std::size_t i = 2; i < words.size(); ++i)
      if (words.here(i, {"detach", "partition"}))
        return words.at(words.at(i + 3) == "." ? i + 5 : i + 3) == "concurrently";
    return false;
  }
  if (words.starts({"alter", "subscription"})) {
    if (words.here(3, {"refresh", "publication"})) return true;
    for (const std::string_view verb : {"set", "add", "drop"})
      if (words.here(3, {verb, "publication"})) return words.option("refresh", true);
  }
  return false;
}

}  // namespace

TransactionUse transaction_use(std::string_view statement) {
  const Words words(statement);
  if (is_control(words)) return TransactionUse::control;
  return is_forbidden(words) ? TransactionUse::forbidden : TransactionUse::any;
}

}  // namespace migrate::sql
