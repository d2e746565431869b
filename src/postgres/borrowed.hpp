// The server connection that a pooler lends for one transaction: what a script sets in it goes to whoever
// gets it next, so it is given back as it came.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "postgres/session.hpp"

namespace migrate::postgres {

class Borrowed {
 public:
  // At the beginning of the transaction: takes away temporary tables of others, and notes settings and role.
  // `ours`: settings that nobody has defined (migrate.name), which are unset when it is given back.
  Borrowed(Connection& connection, std::vector<std::string> ours);
  // If the transaction has not ended: rolls it back, and takes away what outlives that, session locks and
  // prepared statements.
  ~Borrowed();
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;

  // At its end, before COMMIT and as ourselves again: settings, role, session authorization, prepared
  // statements, cursors, LISTEN, advisory locks and temporary tables. Settings that nobody has defined stay,
  // but for ours.
  void give_back() const;

 private:
  Connection& connection_;
  std::vector<std::string> ours_;
  std::map<std::string, std::string> settings_;  // those that the session has set
  std::string authorization_, role_, begun_;
};

}  // namespace migrate::postgres
