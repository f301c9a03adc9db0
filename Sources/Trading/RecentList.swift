/// A list that keeps the newest elements up to a bound; the oldest give way.
///
/// Indices run from the oldest (0) to the newest. Appending is O(1) and, once full, allocates
/// nothing.
@frozen
public struct RecentList<Element> {
  /// The most elements that are kept.
  public let capacity: Int
  /// How many were ever appended.
  @inlinable
  public var appendedCount: UInt64 { appended }
  @usableFromInline var appended: UInt64 = 0
  @usableFromInline var storage: [Element] = []
  @usableFromInline var head = 0

  /// Makes an empty list with a bound above zero.
  @inlinable
  public init(capacity: Int) {
    precondition(capacity > 0, "a list has room for at least one element")
    self.capacity = capacity
  }

  /// Adds an element as the newest.
  @inlinable
  public mutating func append(_ element: Element) {
    appended &+= 1
    if storage.count < capacity {
      storage.append(element)
    } else {
      storage[head] = element
      head += 1
      if head == capacity { head = 0 }
    }
  }

  /// Removes everything.
  @inlinable
  public mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
    head = 0
  }

  /// Replaces everything by the newest of these elements, oldest first.
  @inlinable
  public mutating func replace(with elements: [Element]) {
    storage = Array(elements.suffix(capacity))
    head = 0
    appended &+= UInt64(elements.count)
  }
}

extension RecentList: RandomAccessCollection, MutableCollection {
  @inlinable
  public var startIndex: Int { 0 }

  @inlinable
  public var endIndex: Int { storage.count }

  // Lent, not copied: most readers look at one field of a large element.
  @inlinable
  public subscript(position: Int) -> Element {
    _read { yield storage[slot(position)] }
    _modify { yield &storage[slot(position)] }
  }

  @inlinable
  func slot(_ position: Int) -> Int {
    precondition(position >= 0 && position < storage.count, "the position is in the list")
    let slot = head + position
    return slot < storage.count ? slot : slot - storage.count
  }
}

extension RecentList: Sendable where Element: Sendable {}

extension RecentList: Equatable where Element: Equatable {
  @inlinable
  public static func == (left: Self, right: Self) -> Bool {
    left.capacity == right.capacity && left.elementsEqual(right)
  }
}
