/// A list that keeps the newest elements and forgets the oldest when it is full.
struct BoundedLog<Element: Sendable>: Sendable {
  /// How many elements it keeps at most.
  let capacity: Int
  private var ring: ContiguousArray<Element> = []
  private var start = 0
  private static var firstCapacity: Int { 512 }

  /// Makes an empty list; it takes memory as it fills.
  init(capacity: Int) {
    precondition(capacity > 0, "a log keeps something")
    self.capacity = capacity
  }

  /// How many elements are kept.
  var count: Int { ring.count }

  /// Whether nothing is kept.
  var isEmpty: Bool { ring.isEmpty }

  /// The element at a place, the oldest kept being at zero.
  subscript(place: Int) -> Element {
    get { ring[index(place)] }
    set { ring[index(place)] = newValue }
  }

  /// Adds an element as the newest.
  mutating func append(_ element: Element) {
    if ring.count < capacity {
      // Past a first few the whole ring is set aside at once: memory that is not touched costs
      // nothing, copying a growing array does.
      if ring.count == Self.firstCapacity { ring.reserveCapacity(capacity) }
      ring.append(element)
    } else {
      ring[start] = element
      start = start + 1 == capacity ? 0 : start + 1
    }
  }

  /// Adds elements to an empty list, the oldest first; only the newest that fit are kept.
  mutating func fill(_ elements: some Collection<Element>) {
    precondition(isEmpty, "an empty list is filled")
    ring = ContiguousArray(elements.dropFirst(max(0, elements.count - capacity)))
  }

  /// Returns the newest elements that pass, newest first, at most `limit` of them.
  func newest(_ limit: Int, where passes: (Element) -> Bool) -> [Element] {
    var found: [Element] = []
    var place = count - 1
    while place >= 0, found.count < limit {
      let element = self[place]
      if passes(element) { found.append(element) }
      place -= 1
    }
    return found
  }

  /// Returns the place of the first element for which a condition holds, when it holds for all that
  /// follow a first one; ``count`` when it holds for none.
  func partition(_ holds: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  @inline(__always)
  private func index(_ place: Int) -> Int {
    let index = start + place
    return index >= ring.count ? index - ring.count : index
  }
}
