import Units

/// Combinations of values, one of each axis, counted without making them: a draw out of many takes
/// the room of the draw alone.
public struct SweepGrid: Sendable {
  /// One setting with the values that are tried.
  public struct Axis: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// The values, at least one.
    public let values: [Int]

    /// States an axis; at least one value.
    public init(name: String, values: [Int]) {
      precondition(!values.isEmpty, "an axis has a value")
      self.name = name
      self.values = values
    }

    /// Reads `first`, `first:last` or `first:last:step`; nil for anything else, for a first below
    /// one, a last before the first, a step below one, and more than 10,000 values.
    public init?(name: String, text: String) {
      let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map(Self.whole)
      guard (1...3).contains(numbers.count), let first = numbers[0], first > 0 else { return nil }
      guard let last = numbers.count > 1 ? numbers[1] : first,
        let step = numbers.count > 2 ? numbers[2] : 1,
        last >= first, step > 0, (last - first) / step < Self.valueLimit
      else { return nil }
      self.init(name: name, values: Array(stride(from: first, through: last, by: step)))
    }

    /// The most values of an axis.
    public static let valueLimit = 10_000

    /// Digits alone, at most nine of them.
    private static func whole(_ text: Substring) -> Int? {
      guard (1...9).contains(text.utf8.count),
        text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
      else { return nil }
      return Int(text)
    }
  }

  /// Each setting with its values, in the order given.
  public let axes: [Axis]
  /// How many combinations there are.
  public let count: Int

  /// The most combinations that are run; each keeps its place and result.
  public static let runLimit = 50_000

  /// Joins axes; nil when their combinations cannot be counted.
  public init?(_ axes: [Axis]) {
    var count = 1
    for axis in axes {
      let (product, overflow) = count.multipliedReportingOverflow(by: axis.values.count)
      guard !overflow else { return nil }
      count = product
    }
    self.axes = axes
    self.count = count
  }

  /// Returns one value of each axis; the last axis runs fastest.
  public func values(_ place: Int) -> [Int] {
    var rest = place
    var found: [Int] = []
    for axis in axes.reversed() {
      found.append(axis.values[rest % axis.values.count])
      rest /= axis.values.count
    }
    return found.reversed()
  }

  /// Returns so many different combinations, drawn with a seed; all of them, in order, when there
  /// are no more.
  public func draw(_ size: Int, seed: UInt64) -> [Int] {
    guard size < count else { return Array(0..<count) }
    var random = SeededRandom(seed: seed)
    // What stands where, as far as it is not its own number.
    var moved: [Int: Int] = [:]
    return (0..<size).map { place in
      let other = place + random.below(count - place)
      let drawn = moved[other] ?? other
      moved[other] = moved[place] ?? place
      return drawn
    }
  }
}
