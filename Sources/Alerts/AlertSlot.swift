import Units

/// One reading with its newest value and the rules that look at it.
///
/// Rules that compare the reading with plain numbers stand in a list sorted by those numbers; a new
/// value touches only the rules whose numbers it passed. That is what makes ten thousand rules as
/// cheap as one.
struct AlertSlot: Sendable {
  /// Whether the value can be relied on.
  enum Trust: Sendable, Hashable {
    /// Nothing came since the start or since a gap; a former value is kept but not looked at.
    case lost
    /// One value came: it may be what the exchange had queued, so nothing fires on it.
    case first
    /// Values come one after another.
    case settled
  }

  /// A number at which a rule must be looked at.
  struct Level: Sendable {
    let number: Fixed
    let rule: Int
  }

  let reading: AlertReading
  private(set) var value: Fixed?
  private(set) var trust = Trust.lost
  /// The rules that read it, whatever they do with it.
  private(set) var readers: [Int] = []
  /// The rules that must be looked at whenever it changes.
  private(set) var watchers: [Int] = []
  private(set) var levels: [Level] = []
  private var isSorted = true
  /// How many levels are below the value, and how many are not above it.
  private var below = 0
  private var notAbove = 0

  init(_ reading: AlertReading) { self.reading = reading }

  /// The value if it can be relied on.
  var settledValue: Fixed? { trust == .settled ? value : nil }

  mutating func addReader(_ rule: Int) { readers.append(rule) }

  mutating func addWatcher(_ rule: Int) { watchers.append(rule) }

  mutating func addLevel(_ number: Fixed, _ rule: Int) {
    levels.append(Level(number: number, rule: rule))
    isSorted = false
  }

  /// Forgets the rules, for the list is made anew.
  mutating func forgetRules() {
    readers.removeAll()
    watchers.removeAll()
    levels.removeAll()
    isSorted = true
    place()
  }

  /// The stream broke: the next value is not looked at.
  mutating func lose() { trust = .lost }

  /// What a value means for the rules.
  enum Touch {
    /// Nothing to look at.
    case nothing
    /// Every rule that reads it.
    case everyone
    /// The rules at these levels, and the watchers.
    case levels(Range<Int>)
  }

  /// Takes a value of a stream of ticks.
  mutating func take(_ number: Fixed) -> Touch {
    switch trust {
    case .lost:
      value = number
      trust = .first
      return .nothing
    case .first: return settle(number)
    case .settled:
      guard let old = value else { return settle(number) }
      if number == old { return .nothing }
      return move(from: old, to: number)
    }
  }

  /// Takes a value that needs no second one to be believed; nil for one that is not known.
  mutating func set(_ number: Fixed?) -> Touch {
    if let number, trust == .settled, let old = value {
      return number == old ? .nothing : move(from: old, to: number)
    }
    guard let number else {
      let wasKnown = value != nil
      value = nil
      trust = .settled
      return wasKnown ? .everyone : .nothing
    }
    return settle(number)
  }

  /// Takes a value of which a part fell into a gap: kept, and not looked at.
  mutating func take(doubtful number: Fixed) {
    value = number
    trust = .first
  }

  private mutating func settle(_ number: Fixed) -> Touch {
    value = number
    trust = .settled
    place()
    return .everyone
  }

  @inline(__always)
  private mutating func move(from old: Fixed, to number: Fixed) -> Touch {
    value = number
    if !isSorted { place(old) }
    if number > old {
      let first = below
      while notAbove < levels.count, levels[notAbove].number <= number { notAbove += 1 }
      below = notAbove
      while below > first, levels[below - 1].number == number { below -= 1 }
      return .levels(first..<notAbove)
    }
    let last = notAbove
    while below > 0, levels[below - 1].number >= number { below -= 1 }
    notAbove = below
    while notAbove < last, levels[notAbove].number == number { notAbove += 1 }
    return .levels(below..<last)
  }

  /// Finds the place of the value among the levels.
  private mutating func place(_ number: Fixed? = nil) {
    if !isSorted {
      levels.sort { ($0.number, $0.rule) < ($1.number, $1.rule) }
      isSorted = true
    }
    guard let number = number ?? value else {
      (below, notAbove) = (0, 0)
      return
    }
    below = levels.firstIndex { $0.number >= number } ?? levels.count
    notAbove = levels.firstIndex { $0.number > number } ?? levels.count
  }
}
