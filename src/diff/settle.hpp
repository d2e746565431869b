// One declared object beside the live one: what the target says where the two mean the same in other words.
#pragma once
#include <string>

#include "catalog/database.hpp"

namespace migrate::diff {

// What servers printed for one object; null where nobody asked.
template <class T>
struct Forms {
  const T* once = nullptr;   // N(M)
  const T* twice = nullptr;  // N(N(M))
  const T* live = nullptr;   // N(L): the live texts built into the models' table
};

// Gives the declared object with every text and fact that means the same as the live one replaced by it.
// Where that cannot be told, it says so, and takes the side that it was made for.
class Settler {
 public:
  enum class InDoubt { declared, live };
  explicit Settler(InDoubt unprinted, InDoubt different) : unprinted_(unprinted), different_(different) {}

  catalog::Column column(const catalog::Column& declared, const catalog::Column& live,
                         Forms<catalog::Column> forms);
  catalog::Constraint constraint(const catalog::Constraint& declared, const catalog::Constraint& live,
                                 Forms<catalog::Constraint> forms);
  catalog::Index index(const catalog::Index& declared, const catalog::Index& live,
                       Forms<catalog::Index> forms);
  // The table itself, without what is in it.
  void table(catalog::Table& declared, const catalog::Table& live, Forms<catalog::Table> forms);

  // What was in doubt since the last call: nobody has printed the text; the printed forms differ from the
  // live one.
  struct Doubts {
    bool unprinted = false, different = false;
    bool any() const { return unprinted || different; }
  };
  Doubts take_doubts();

 private:
  struct Texts;
  template <class NormalForm>
  std::string text(const Texts& texts, NormalForm&& normal_form);
  template <class IsCertain>
  std::string fact(const std::string& declared, const std::string& live, const std::string* once,
                   IsCertain&& is_certain);
  std::string name_fact(const std::string& declared, const std::string& live, const std::string* once);
  std::string type(const std::string& declared, const std::string& live, const std::string* once);
  std::vector<catalog::IndexElement> elements(const std::vector<catalog::IndexElement>& declared,
                                              const std::vector<catalog::IndexElement>& live,
                                              Forms<std::vector<catalog::IndexElement>> forms);
  InDoubt unprinted_, different_;
  Doubts doubts_;
};

// What only the server knows, for an object that is new: the declared one with its facts, but not its texts.
catalog::Column with_facts(catalog::Column declared, const catalog::Column* once);
catalog::Constraint with_facts(catalog::Constraint declared, const catalog::Constraint* once);
catalog::Index with_facts(catalog::Index declared, const catalog::Index* once);

}  // namespace migrate::diff
