import Trading

/// What the words of a rule mean here: which instruments are watched and which price is meant when
/// none is named.
public struct AlertVocabulary: Sendable, Hashable {
  /// The price of an instrument that is named alone.
  public enum PriceSource: Sendable, Hashable {
    /// The last traded price.
    case last
    /// The mark price.
    case mark
    /// The close of a time frame's newest closed candle: no wick ever fires.
    case close(TimeFrame)
  }

  /// The instruments that are watched, those that are preferred first.
  public let instruments: [InstrumentID]
  /// The price of an instrument that is named alone.
  public let priceSource: PriceSource
  /// The time frames whose candles are kept.
  public let timeFrames: [TimeFrame]
  /// The figures that nobody tells here; a rule that reads one would never fire.
  public let missing: Set<ReadingKind>

  /// The figures that no exchange tells that is known here: BloFin has no open interest.
  public static let untold: Set<ReadingKind> = [.openInterest]

  /// States what words mean.
  public init(
    instruments: [InstrumentID], priceSource: PriceSource = .last,
    timeFrames: [TimeFrame] = TimeFrame.allCases, missing: Set<ReadingKind> = []
  ) {
    self.instruments = instruments
    self.priceSource = priceSource
    self.timeFrames = timeFrames
    self.missing = missing
  }

  /// Returns the instrument of a name such as `BTC-USDT`, `btc` or `BTCUSDT`; nil when none is
  /// listed.
  public func instrument(_ name: String) -> InstrumentID? {
    let wanted = name.uppercased()
    return instruments.first { $0.text == wanted }
      ?? instruments.first { $0.baseText == wanted }
      ?? instruments.first { $0.text.filter { $0 != "-" } == wanted }
  }

  /// Says that an instrument is not listed, and which may be meant.
  func unknown(_ name: String) -> ExpressionProblem.Kind {
    let wanted = name.uppercased()
    let names = wanted.contains("-") ? instruments.map(\.text) : instruments.map(\.baseText)
    let nearest = Self.nearest(to: wanted, among: names).flatMap { instrument($0)?.text }
    return .unknownInstrument(name, nearest: nearest, known: instruments.map(\.text))
  }

  /// Returns the price of an instrument that was named alone.
  func price(of instrument: InstrumentID) -> AlertReading {
    switch priceSource {
    case .last: AlertReading(.last, instrument)
    case .mark: AlertReading(.mark, instrument)
    case .close(let timeFrame): AlertReading(.close, instrument, timeFrame: timeFrame)
    }
  }

  /// Returns the name next to a mistyped one, nil when none is near.
  static func nearest(to name: String, among names: [String]) -> String? {
    let ranked = names.map { ($0, distance(name, $0)) }.filter { $0.1 <= max(1, name.count / 3) }
    return ranked.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
  }

  /// How many letters must be put in, taken out or changed.
  private static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    var row = Array(0...right.count)
    for (line, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, other) in right.enumerated() {
        let changed = diagonal + (letter == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }
}
