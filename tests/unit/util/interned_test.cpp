#include "util/interned.hpp"

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/catch.hpp"

using migrate::Interned;

TEST_CASE("an interned text takes the room of a pointer, and reads as the text") {
  CHECK(sizeof(Interned) == sizeof(void*));
  Interned text;
  CHECK(text.empty());
  CHECK(text.get().empty());
  CHECK(text == "");
  text = "abc";
  CHECK_FALSE(text.empty());
  CHECK(text == "abc");
  CHECK(text == std::string("abc"));
  CHECK(text != std::string_view("abcd"));
  CHECK("<" + text + ">" == "<abc>");
  const std::string& read = text;
  const std::string_view viewed = text;
  CHECK(read == "abc");
  CHECK(viewed == "abc");
  CHECK(text->size() == 3);
  text.clear();
  CHECK(text == Interned());
}

TEST_CASE("equal texts are kept once, whatever they were made of") {
  const std::string written = "timestamp with time zone";
  const Interned first(written), second(std::string_view("timestamp with time zone, too").substr(0, 24));
  CHECK(&first.get() == &second.get());
  CHECK(first == second);
  CHECK(Interned("") == Interned());
  CHECK(Interned(std::string("a\0b", 3)) != Interned("a"));
}

TEST_CASE("a changed text is another, and the others stay") {
  Interned first("abc");
  const auto second = first;
  first.update([](std::string& text) { text += "d"; });
  CHECK(first == "abcd");
  CHECK(second == "abc");
  first.update([](std::string& text) { text.clear(); });
  CHECK(first.empty());
  first.update([](std::string&) { FAIL("there is nothing to change"); });
}

TEST_CASE("threads that intern the same texts get the same") {
  const auto some = [] {
    std::vector<Interned> out;
    for (int i = 0; i < 1000; ++i) out.emplace_back("text " + std::to_string(i));
    return out;
  };
  std::vector<std::vector<Interned>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& each : made) threads.emplace_back([&] { each = some(); });
  }
  for (const auto& each : made) CHECK(each == made.front());
  CHECK(made.front()[7] == "text 7");
}
