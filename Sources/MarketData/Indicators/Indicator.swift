/// A figure that is worked out from one value after another.
///
/// Updating costs the same however long the history is. Indicators are values: a copy goes its own
/// way. They work on `Double`, because they estimate; none of them can become a price or a size
/// without an explicit rounding to the instrument's steps.
public protocol Indicator: Sendable {
  /// What is taken in, one at a time and in order.
  associatedtype Input
  /// What comes out.
  associatedtype Output

  /// How many inputs come before the first that has an output.
  var warmUp: Int { get }

  /// Takes the next input; nil until the warm-up is over.
  mutating func update(_ input: Input) -> Output?
}

extension Indicator {
  /// Returns the outputs for a whole series, the first one belonging to the input at ``warmUp``.
  ///
  /// The numbers are those of ``update(_:)`` to the last bit, because it makes them.
  @inlinable
  public func batch(_ inputs: some Collection<Input>) -> [Output] {
    batch(inputs) { $0 }
  }

  /// Returns one figure of each output for a whole series, which takes less room than all of them.
  @inlinable @inline(__always)
  public func batch<Figure>(
    _ inputs: some Collection<Input>, _ figure: (Output) -> Figure
  ) -> [Figure] {
    // One figure an input at most.
    Array(unsafeUninitializedCapacity: inputs.count) { figures, count in
      var copy = self
      var place = 0
      for input in inputs {
        guard let output = copy.update(input) else { continue }
        figures.initializeElement(at: place, to: figure(output))
        place &+= 1
      }
      count = place
    }
  }
}

// Whether the next value goes up or down is a coin toss, which a branch would lose half of the
// time: these choose without one.
extension Double {
  /// The number itself above zero, else zero.
  @inlinable
  var upward: Double { (abs(self) + self) * 0.5 }

  /// The number itself where it counts, else zero.
  @inlinable
  func counting(_ counts: Bool) -> Double {
    Double(bitPattern: bitPattern & (0 &- (counts ? 1 : 0)))
  }
}
