import Units

/// A name that one side gave to a thing; two kinds of names never mix.
public protocol TextIdentifier: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The name as it goes over the wire.
  var text: String { get }
}

extension TextIdentifier {
  public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
  public var description: String { text }
}

/// The name of an instrument at its exchange, such as `BTC-USDT`.
public struct InstrumentID: TextIdentifier {
  public let text: String

  /// Names an instrument.
  public init(_ text: String) { self.text = text }

  /// The part before the first dash: `BTC` of `BTC-USDT`.
  public var baseText: String { String(text.prefix { $0 != "-" }) }
}

/// The name of an exchange, such as `blofin`.
public struct ExchangeID: TextIdentifier {
  public let text: String

  /// Names an exchange.
  public init(_ text: String) { self.text = text }
}

/// An order id that the exchange gave; opaque text.
public struct ExchangeOrderID: TextIdentifier {
  public let text: String

  /// Wraps the exchange's text.
  public init(_ text: String) { self.text = text }
}

/// A fill id that the exchange gave; unique within (exchange, instrument).
public struct TradeID: TextIdentifier {
  public let text: String

  /// Wraps the exchange's text.
  public init(_ text: String) { self.text = text }
}

/// A position id that the exchange gave; kept for the life of one position.
public struct PositionID: TextIdentifier {
  public let text: String

  /// Wraps the exchange's text.
  public init(_ text: String) { self.text = text }
}

/// An order id that we gave before the order left: at most 32 letters, digits or underscores.
public struct ClientOrderID: TextIdentifier {
  public let text: String

  /// The longest id that every supported exchange takes.
  public static let maximumLength = 32

  /// Wraps an id read back from the exchange or the journal, as it stands.
  public init(_ text: String) { self.text = text }

  /// Makes the id of the `sequence`-th order of a run.
  public init(run: RunID, sequence: UInt64) {
    let prefix = run.text.utf8
    // Six digits of base 36, more only when they are needed; the bytes are written in place.
    var places = 6
    var rest = sequence / 2_176_782_336
    while rest > 0 {
      places += 1
      rest /= 36
    }
    text = String(unsafeUninitializedCapacity: prefix.count + places) { bytes in
      var place = bytes.startIndex
      for byte in prefix {
        bytes[place] = byte
        place += 1
      }
      var left = sequence
      for back in 1...places {
        let digit = UInt8(truncatingIfNeeded: left % 36)
        bytes[place + places - back] =
          digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        left /= 36
      }
      return place + places
    }
  }

  /// When the run began that gave the id; nil for one that is none of ours.
  public var runStartedAt: Timestamp? {
    guard text.utf8.count >= 1 + RunID.timeDigits + 6,
      let milliseconds = Int64(text.dropFirst().prefix(RunID.timeDigits), radix: 36)
    else { return nil }
    let time = Timestamp(milliseconds: milliseconds)
    return time >= .earliestPlausible && time <= .latestPlausible ? time : nil
  }

  /// Whether an exchange takes the id: 1 to 32 letters, digits or underscores (BloFin 152009).
  public var isAcceptable: Bool {
    !text.isEmpty && text.utf8.count <= Self.maximumLength
      && text.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}

/// The name of one start of the program, unique per journal; begins every client order id.
public struct RunID: TextIdentifier {
  public let text: String

  /// How many digits of the name tell its time.
  static let timeDigits = 8

  /// Wraps a name read from the journal.
  public init(_ text: String) { self.text = text }

  /// Makes the name of a run from the environment's letter and its start.
  ///
  /// `prefix` tells environments apart (`p` paper, `d` demo, `l` live, `b` backtest). Milliseconds
  /// since 1970 in base 36 have eight digits until 2059; two starts of one account cannot share a
  /// millisecond because the instance lock lies between them.
  public init(prefix: Character, startedAt: Timestamp) {
    text = String(prefix) + String(startedAt.milliseconds, radix: 36)
  }
}

/// The number of one request to an exchange; its answer carries the same number.
public struct RequestID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The number, counted up within one run.
  public let number: UInt64

  /// Wraps a number.
  public init(_ number: UInt64) { self.number = number }

  public static func < (left: RequestID, right: RequestID) -> Bool { left.number < right.number }
  public var description: String { "#\(number)" }
}
