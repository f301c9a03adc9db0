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
    var copy = self
    var outputs: [Output] = []
    outputs.reserveCapacity(max(0, inputs.count - warmUp))
    for input in inputs {
      if let output = copy.update(input) { outputs.append(output) }
    }
    return outputs
  }
}
