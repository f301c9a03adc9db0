import Trading
import Units

/// The volume-weighted average price since the start of a session.
///
/// The price of a bar is its typical price; before anything is traded in a session it stands for
/// the
/// average. No warm-up.
public struct VWAP: Indicator {
  /// The figures of one moment.
  public struct Value: Sendable, Hashable {
    /// The average price.
    public let price: Double
    /// The standard deviation of the traded prices around it, weighted by volume.
    public let deviation: Double

    @inlinable
    init(price: Double, deviation: Double) {
      self.price = price
      self.deviation = deviation
    }
  }

  /// A bar and when it opened.
  public struct Input: Sendable, Hashable {
    /// The bar.
    public let bar: Bar
    /// When it opened.
    public let openTime: Timestamp

    /// States both.
    @inlinable
    public init(_ bar: Bar, openTime: Timestamp) {
      self.bar = bar
      self.openTime = openTime
    }

    /// Takes a candle.
    @inlinable
    public init(_ candle: Candle) {
      self.init(Bar(candle), openTime: candle.openTime)
    }
  }

  @usableFromInline let session: TimeSpan
  @usableFromInline let offset: TimeSpan
  @usableFromInline var end: Timestamp?
  @usableFromInline var volume = 0.0
  // Weighted sums of distances from the session's first price, which keep more digits.
  @usableFromInline var base = 0.0
  @usableFromInline var sum = 0.0
  @usableFromInline var squares = 0.0

  /// Makes an average over sessions of this length, counted from 1970 UTC and moved by `offset`.
  @inlinable
  public init(session: TimeSpan = .days(1), offset: TimeSpan = .zero) {
    precondition(session > .zero, "a session has a length")
    self.session = session
    self.offset = offset
  }

  @inlinable
  public var warmUp: Int { 0 }

  @inlinable
  public mutating func update(_ input: Input) -> Value? {
    let price = input.bar.typicalPrice
    if end.map({ input.openTime >= $0 }) ?? true {
      end = input.openTime.start(of: session, offset: offset) + session
      volume = 0
      sum = 0
      squares = 0
      base = price
    }
    let distance = price - base
    volume += input.bar.volume
    sum += distance * input.bar.volume
    squares += distance * distance * input.bar.volume
    guard volume > 0 else { return Value(price: price, deviation: 0) }
    let mean = sum / volume
    let variance = max(squares / volume - mean * mean, 0)
    return Value(price: base + mean, deviation: variance.squareRoot())
  }
}
