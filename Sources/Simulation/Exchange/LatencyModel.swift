import Units

/// How long requests and answers are on their way.
public struct LatencyModel: Sendable {
  /// The shape of one way.
  public enum Way: Sendable, Hashable {
    /// Always so long.
    case fixed(TimeSpan)
    /// Between the two, even.
    case between(TimeSpan, TimeSpan)
    /// One of these, drawn evenly: a recorded distribution. At least one.
    case recorded([TimeSpan])
  }

  /// From us to the exchange.
  public let outward: Way
  /// From the exchange to us, answers and pushes alike.
  public let inward: Way
  private var random: SeededRandom

  /// States both ways and where chance comes from.
  public init(outward: Way, inward: Way, seed: UInt64) {
    for way in [outward, inward] {
      switch way {
      case .fixed(let span): precondition(span >= .zero, "nothing arrives before it left")
      case .between(let least, let most):
        precondition(least >= .zero && most >= least, "a range has its ends in order")
      case .recorded(let spans):
        precondition(
          !spans.isEmpty && spans.allSatisfy { $0 >= .zero }, "a record holds delays")
      }
    }
    self.outward = outward
    self.inward = inward
    random = SeededRandom(seed: seed)
  }

  /// No delay at all.
  public static let none = LatencyModel(outward: .fixed(.zero), inward: .fixed(.zero), seed: 0)

  /// Returns how long the next request takes to the exchange.
  public mutating func drawOutward() -> TimeSpan { draw(outward) }

  /// Returns how long the next answer takes back.
  mutating func drawInward() -> TimeSpan { draw(inward) }

  private mutating func draw(_ way: Way) -> TimeSpan {
    switch way {
    case .fixed(let span): span
    case .between(let least, let most):
      .milliseconds(
        Int64(random.within(Int(least.milliseconds)...Int(most.milliseconds))))
    case .recorded(let spans): spans[random.below(spans.count)]
    }
  }
}
