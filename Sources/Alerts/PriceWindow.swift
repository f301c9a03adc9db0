import Units

/// The prices of the last minutes, hours or days, in sixty steps: where the window began and how
/// far it reached.
struct PriceWindow: Sendable {
  /// What happened in one step.
  private struct Step: Sendable {
    let start: Timestamp
    var high: Fixed
    var low: Fixed
    var close: Fixed
  }

  let span: TimeSpan
  private let stepLength: TimeSpan
  private var steps: [Step] = []
  /// The newest price, which the reach does not count yet: a new high is above all before it.
  private(set) var newest: Fixed?
  private var newestAt = Timestamp(milliseconds: 0)
  private var reach: (high: Fixed, low: Fixed)?

  /// How many steps a window has.
  private static let stepCount: Int64 = 60

  init(_ span: TimeSpan) {
    self.span = span
    stepLength = .milliseconds(max(1, span.milliseconds / Self.stepCount))
  }

  /// Takes a price.
  mutating func add(_ price: Fixed, at now: Timestamp) {
    if let newest { store(newest, at: newestAt) }
    newest = price
    newestAt = now
    drop(before: now)
  }

  /// Lets time pass.
  mutating func pass(to now: Timestamp) { drop(before: now) }

  /// The price at the start of the window; nil until the window is covered.
  func start(at now: Timestamp) -> Fixed? {
    let begin = now - span
    guard let first = steps.first, first.start + stepLength <= begin + stepLength else {
      return nil
    }
    return steps.last { $0.start + stepLength <= begin }?.close ?? first.close
  }

  /// The highest and lowest price before the newest one; nil until the window is covered.
  func reach(at now: Timestamp) -> (high: Fixed, low: Fixed)? {
    start(at: now) == nil ? nil : reach
  }

  private mutating func store(_ price: Fixed, at time: Timestamp) {
    let start = time.start(of: stepLength)
    if let last = steps.indices.last, steps[last].start == start {
      steps[last].high = max(steps[last].high, price)
      steps[last].low = min(steps[last].low, price)
      steps[last].close = price
    } else {
      steps.append(Step(start: start, high: price, low: price, close: price))
    }
    reach = reach.map { (max($0.high, price), min($0.low, price)) } ?? (price, price)
  }

  /// Drops what is older than the window, but for the one step that tells the price at its start.
  private mutating func drop(before now: Timestamp) {
    let begin = now - span
    let old = steps.count { $0.start + stepLength <= begin }
    guard old > 1 else { return }
    steps.removeFirst(old - 1)
    reach = steps.reduce(nil) { known, step in
      known.map { (max($0.high, step.high), min($0.low, step.low)) } ?? (step.high, step.low)
    }
  }
}
