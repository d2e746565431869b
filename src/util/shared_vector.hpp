// A vector whose copies share their elements until one of them is changed. A catalogue is copied at each
// stage of a comparison, and few of its tables differ between the stages: what is shared takes no room, and
// is equal without being looked at.
#pragma once
#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace migrate {

// As std::vector, with one difference: whatever may change it (a begin() or operator[] that is not const too)
// gives it elements of its own, so that references into what it shared before are not into it any more.
template <class T>
class SharedVector {
 public:
  using value_type = T;
  using size_type = std::size_t;
  using reference = T&;
  using const_reference = const T&;
  using iterator = typename std::vector<T>::iterator;
  using const_iterator = typename std::vector<T>::const_iterator;

  SharedVector() = default;
  SharedVector(std::vector<T> elements)  // NOLINT(google-explicit-constructor): a vector is one
      : elements_(elements.empty() ? nullptr : std::make_shared<std::vector<T>>(std::move(elements))) {}
  SharedVector(std::initializer_list<T> elements) : SharedVector(std::vector<T>(elements)) {}
  template <class Iterator>
  SharedVector(Iterator first, Iterator last) : SharedVector(std::vector<T>(first, last)) {}

  const std::vector<T>& get() const {
    static const std::vector<T> none;
    return elements_ ? *elements_ : none;
  }
  operator const std::vector<T>&() const { return get(); }  // NOLINT(google-explicit-constructor)

  bool empty() const { return get().empty(); }
  size_type size() const { return get().size(); }
  const_iterator begin() const { return get().begin(); }
  const_iterator end() const { return get().end(); }
  const T& operator[](size_type at) const { return get()[at]; }
  const T& at(size_type at) const { return get().at(at); }
  const T& front() const { return get().front(); }
  const T& back() const { return get().back(); }

  iterator begin() { return own().begin(); }
  iterator end() { return own().end(); }
  T& operator[](size_type at) { return own()[at]; }
  T& at(size_type at) { return own().at(at); }
  T& front() { return own().front(); }
  T& back() { return own().back(); }
  void push_back(T element) { own().push_back(std::move(element)); }
  template <class... Arguments>
  T& emplace_back(Arguments&&... arguments) {
    return own().emplace_back(std::forward<Arguments>(arguments)...);
  }
  template <class... Arguments>
  iterator insert(const_iterator before, Arguments&&... arguments) {
    const auto at = before - std::as_const(*this).begin();
    auto& elements = own();
    return elements.insert(elements.begin() + at, std::forward<Arguments>(arguments)...);
  }
  iterator erase(const_iterator element) {
    const auto at = element - std::as_const(*this).begin();
    auto& elements = own();
    return elements.erase(elements.begin() + at);
  }
  iterator erase(const_iterator first, const_iterator last) {
    const auto at = first - std::as_const(*this).begin(), count = last - first;
    auto& elements = own();
    return elements.erase(elements.begin() + at, elements.begin() + at + count);
  }
  void pop_back() { own().pop_back(); }
  void clear() { elements_.reset(); }
  void reserve(size_type count) { own().reserve(count); }
  void resize(size_type count) { own().resize(count); }
  void shrink_to_fit() {
    if (elements_) own().shrink_to_fit();
  }

  // Lets `change` at a copy of each element, and keeps the copies that became others: what it leaves as it is
  // stays shared.
  template <class Change>
  void update(Change change) {
    for (size_type n = 0; n < size(); ++n) {
      T changed = get()[n];
      change(changed);
      if (!(changed == get()[n])) own()[n] = std::move(changed);
    }
  }

  friend bool operator==(const SharedVector& a, const SharedVector& b) {
    return a.elements_ == b.elements_ || a.get() == b.get();
  }
  // `predicate` may be asked twice about an element.
  template <class Predicate>
  friend size_type erase_if(SharedVector& vector, Predicate predicate) {
    const auto& elements = vector.get();
    if (std::none_of(elements.begin(), elements.end(), predicate)) return 0;
    return std::erase_if(vector.own(), std::move(predicate));
  }

 private:
  std::vector<T>& own() {
    if (!elements_)
      elements_ = std::make_shared<std::vector<T>>();
    else if (elements_.use_count() > 1)
      elements_ = std::make_shared<std::vector<T>>(*elements_);
    return *elements_;
  }
  std::shared_ptr<std::vector<T>> elements_;
};

}  // namespace migrate
