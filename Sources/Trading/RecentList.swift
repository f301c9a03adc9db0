/// A list that keeps the newest elements up to a bound; the oldest give way.
///
/// Indices run from the oldest (0) to the newest. Appending is O(1) and, once full, allocates
/// nothing.
public struct RecentList<Element> {
  /// The most elements that are kept.
  public let capacity: Int
  /// How many were ever appended.
  public private(set) var appendedCount: UInt64 = 0
  private var storage: [Element] = []
  private var head = 0

  /// Makes an empty list with a bound above zero.
  public init(capacity: Int) {
    precondition(capacity > 0, "a list has room for at least one element")
    self.capacity = capacity
  }

  /// Adds an element as the newest.
  @inline(__always)
  public mutating func append(_ element: Element) {
    appendedCount &+= 1
    if storage.count < capacity {
      storage.append(element)
    } else {
      storage[head] = element
      head += 1
      if head == capacity { head = 0 }
    }
  }

  /// Removes everything.
  public mutating func removeAll() {
    storage.removeAll(keepingCapacity: true)
    head = 0
  }

  /// Replaces everything by the newest of these elements, oldest first.
  public mutating func replace(with elements: [Element]) {
    storage = Array(elements.suffix(capacity))
    head = 0
    appendedCount &+= UInt64(elements.count)
  }
}

extension RecentList: RandomAccessCollection, MutableCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { storage.count }

  public subscript(position: Int) -> Element {
    get { storage[slot(position)] }
    _modify { yield &storage[slot(position)] }
  }

  private func slot(_ position: Int) -> Int {
    precondition(position >= 0 && position < storage.count, "the position is in the list")
    let slot = head + position
    return slot < storage.count ? slot : slot - storage.count
  }
}

extension RecentList: Sendable where Element: Sendable {}

extension RecentList: Equatable where Element: Equatable {
  public static func == (left: Self, right: Self) -> Bool {
    left.capacity == right.capacity && left.elementsEqual(right)
  }
}
