// Records that stay where they are while others are added. Not a std::deque or std::list: for each of the
// dozen types they are fifty functions to compile.
#pragma once
#include <utility>

namespace migrate::detail {

template <class T>
class Records {
  struct Node {
    T record;
    Node* next = nullptr;
  };

 public:
  template <class Record>
  struct Iterator {
    Node* at;
    Record& operator*() const { return at->record; }
    Iterator& operator++() {
      at = at->next;
      return *this;
    }
    bool operator==(const Iterator&) const = default;
  };

  Records() = default;
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;
  ~Records() {
    while (first_) delete std::exchange(first_, first_->next);
  }

  T& emplace_back() {
    Node* made = new Node();
    (last_ ? last_->next : first_) = made;
    last_ = made;
    return made->record;
  }
  T& back() { return last_->record; }
  bool empty() const { return !first_; }
  Iterator<T> begin() { return {first_}; }
  Iterator<T> end() { return {nullptr}; }
  Iterator<const T> begin() const { return {first_}; }
  Iterator<const T> end() const { return {nullptr}; }

 private:
  Node* first_ = nullptr;
  Node* last_ = nullptr;
};

}  // namespace migrate::detail
