/// Which row of a list is selected, and which rows are in sight.
public struct Scroll: Equatable, Sendable {
  /// The selected row; nil while there is none.
  public private(set) var selected: Int?
  private var offset: Int

  /// A list at its start with a row selected.
  public init(selected: Int? = nil) {
    self.selected = selected
    offset = 0
  }

  /// The first row in sight of `count` rows when `visible` fit: the selected one is always among
  /// them, and no room is left empty while rows are out of sight.
  public func first(of count: Int, in visible: Int) -> Int {
    guard visible > 0 else { return 0 }
    var first = offset
    if let selected {
      if selected < first { first = selected }
      if selected >= first + visible { first = selected - visible + 1 }
    }
    return max(0, min(first, count - visible))
  }

  /// Moves the selection by `step` rows; it stops at both ends.
  public mutating func move(_ step: Int, count: Int, visible: Int) {
    guard count > 0 else {
      selected = nil
      return
    }
    select((selected ?? (step > 0 ? -1 : count)) + step, count: count, visible: visible)
  }

  /// Selects a row; the nearest one if there is none of that number.
  public mutating func select(_ row: Int, count: Int, visible: Int) {
    guard count > 0 else {
      selected = nil
      return
    }
    selected = max(0, min(row, count - 1))
    offset = first(of: count, in: visible)
  }

  /// Moves by the keys that move in every list; false for other keys.
  public mutating func handle(_ key: Key, count: Int, visible: Int) -> Bool {
    switch key {
    case .up, .character("k"): move(-1, count: count, visible: visible)
    case .down, .character("j"): move(1, count: count, visible: visible)
    case .pageUp: move(-max(1, visible - 1), count: count, visible: visible)
    case .pageDown: move(max(1, visible - 1), count: count, visible: visible)
    case .home: select(0, count: count, visible: visible)
    case .end: select(count - 1, count: count, visible: visible)
    default: return false
    }
    return true
  }
}
