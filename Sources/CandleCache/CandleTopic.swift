import Trading

/// Whose candles: an exchange and which of its markets. Demo prices are not those of live.
public struct CandleOrigin: Sendable, Hashable, CustomStringConvertible {
  /// Which market of an exchange.
  public enum Side: String, Sendable, Hashable {
    /// The one with real money.
    case live
    /// The one with play money.
    case demo
  }

  /// One word, which is the name of a folder too: `blofin-live`.
  public let name: String

  /// Names a market of an exchange.
  public init(_ exchange: ExchangeID, _ side: Side) {
    name = "\(exchange.text)-\(side.rawValue)"
  }

  /// Takes a name as a folder bears it.
  init(name: String) { self.name = name }

  public var description: String { name }
}

/// The candles of one instrument and time frame.
public struct CandleTopic: Sendable, Hashable, CustomStringConvertible {
  /// Of which instrument.
  public let instrument: InstrumentID
  /// The length of the candles.
  public let timeFrame: TimeFrame

  /// States which candles.
  public init(_ instrument: InstrumentID, _ timeFrame: TimeFrame) {
    self.instrument = instrument
    self.timeFrame = timeFrame
  }

  public var description: String { "\(instrument) \(timeFrame.rawValue)" }

  private static let ending = ".candles"

  /// The name of its file; nil for an instrument whose name is none for a file.
  var fileName: String? {
    let name = instrument.text
    let isPlain = name.utf8.allSatisfy { byte in
      byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
        || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") || byte == UInt8(ascii: "-")
    }
    return isPlain && !name.isEmpty ? "\(name)_\(timeFrame.rawValue)\(Self.ending)" : nil
  }

  /// Reads the name of a file; nil for one that is none of a cache.
  init?(fileName: String) {
    guard fileName.hasSuffix(Self.ending) else { return nil }
    let parts = fileName.dropLast(Self.ending.count).split(
      separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, let instrument = InstrumentID(String(parts[0])),
      let frame = TimeFrame(rawValue: String(parts[1]))
    else { return nil }
    self.init(instrument, frame)
  }
}
