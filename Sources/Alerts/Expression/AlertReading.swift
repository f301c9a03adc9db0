import Trading
import Units

/// Something that a condition reads: which figure, of which instrument, over which time.
///
/// Values are exact numbers: prices and money in quote currency, percentages in hundredths (1.5 is
/// 1.5 %), lengths of time in seconds, truths as one or zero.
public struct AlertReading: Sendable, Hashable {
  /// Which figure.
  public let kind: ReadingKind
  /// Of which instrument; nil for figures of the account and the program.
  public let instrument: InstrumentID?
  /// The time frame of candles, where they are read.
  public let timeFrame: TimeFrame?
  /// Over how many candles, zero where none are counted.
  public let period: Int
  /// Over how long, where a window is read.
  public let window: TimeSpan?

  /// Names a figure.
  public init(
    _ kind: ReadingKind, _ instrument: InstrumentID? = nil, timeFrame: TimeFrame? = nil,
    period: Int = 0, window: TimeSpan? = nil
  ) {
    self.kind = kind
    self.instrument = instrument
    self.timeFrame = timeFrame
    self.period = period
    self.window = window
  }

  /// The reading as a condition says it, such as `rsi(BTC-USDT, 15m, 14)`.
  public var text: String {
    var arguments: [String] = []
    if let instrument { arguments.append(instrument.text) }
    if let timeFrame { arguments.append(timeFrame.rawValue) }
    if period > 0 { arguments.append("\(period)") }
    if let window { arguments.append(Self.text(of: window)) }
    return arguments.isEmpty
      ? kind.rawValue : "\(kind.rawValue)(\(arguments.joined(separator: ", ")))"
  }

  /// A length of time in the largest unit that gives a whole number, such as `90s` or `2h`.
  public static func text(of span: TimeSpan) -> String {
    let units: [(Int64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m")]
    for (length, letter) in units
    where span.milliseconds > 0 && span.milliseconds % length == 0 {
      return "\(span.milliseconds / length)\(letter)"
    }
    return "\(Fixed(raw: Int128(span.milliseconds) * 1_000_000_000_000_000))s"
  }
}
