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

/// A name of at most 32 bytes, which lies in place wherever it is.
///
/// In code it is written as a literal; text from outside is taken by `init(_:)`, which refuses what
/// is longer.
public protocol ShortIdentifier: TextIdentifier, BitwiseCopyable, ExpressibleByStringLiteral {
  /// The name in place.
  var name: ShortText { get }

  /// Wraps a name.
  init(name: ShortText)
}

extension ShortIdentifier {
  /// Wraps a text from outside, as it stands; nil when it has more than 32 bytes or a zero byte.
  public init?(_ text: String) {
    guard let name = ShortText(text) else { return nil }
    self.init(name: name)
  }

  /// Wraps a text that the program made itself; it must have at most 32 bytes.
  public init(trusted text: String) {
    guard let name = ShortText(text) else {
      preconditionFailure("a name that the program makes has at most 32 bytes")
    }
    self.init(name: name)
  }

  /// Wraps a text that stands in the code; it must have at most 32 bytes.
  public init(stringLiteral text: String) { self.init(trusted: text) }

  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.name < right.name }
  public var text: String { name.text }
}

/// The name of an instrument at its exchange, such as `BTC-USDT`.
@frozen
public struct InstrumentID: ShortIdentifier {
  public let name: ShortText

  @inlinable
  public init(name: ShortText) { self.name = name }

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
@frozen
public struct ExchangeOrderID: ShortIdentifier {
  public let name: ShortText

  @inlinable
  public init(name: ShortText) { self.name = name }
}

/// A fill id that the exchange gave; unique within (exchange, instrument).
@frozen
public struct TradeID: ShortIdentifier {
  public let name: ShortText

  @inlinable
  public init(name: ShortText) { self.name = name }
}

/// A position id that the exchange gave; kept for the life of one position.
@frozen
public struct PositionID: ShortIdentifier {
  public let name: ShortText

  @inlinable
  public init(name: ShortText) { self.name = name }
}

/// An order id that we gave before the order left: at most 32 letters, digits or underscores.
@frozen
public struct ClientOrderID: ShortIdentifier {
  public let name: ShortText

  @inlinable
  public init(name: ShortText) { self.name = name }

  /// Makes the id of the `sequence`-th order of a run.
  ///
  /// Six digits of base 36, more only when they are needed: the nine of a run and the thirteen of
  /// the largest number fit.
  public init(run: RunID, sequence: UInt64) {
    guard let name = ShortText(run.name, sequence, radix: 36, places: 6) else {
      preconditionFailure("the name of a run leaves room for the number of an order")
    }
    self.name = name
  }

  /// When the run began that gave the id; nil for one that is none of ours.
  public var runStartedAt: Timestamp? {
    let text = text
    guard text.utf8.count >= 1 + RunID.timeDigits + 6,
      let milliseconds = Int64(text.dropFirst().prefix(RunID.timeDigits), radix: 36)
    else { return nil }
    let time = Timestamp(milliseconds: milliseconds)
    return time >= .earliestPlausible && time <= .latestPlausible ? time : nil
  }

  /// Whether an exchange takes the id: 1 to 32 letters, digits or underscores (BloFin 152009).
  public var isAcceptable: Bool {
    name.count > 0
      && name.withBytes { bytes in
        bytes.allSatisfy {
          switch $0 {
          case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
          default: false
          }
        }
      }
  }
}

/// The name of one start of the program, unique per journal; begins every client order id.
@frozen
public struct RunID: ShortIdentifier {
  public let name: ShortText

  /// How many digits of the name tell its time.
  static let timeDigits = 8

  @inlinable
  public init(name: ShortText) { self.name = name }

  /// Makes the name of a run from the environment's letter and its start.
  ///
  /// `prefix` tells environments apart (`p` paper, `d` demo, `l` live, `b` backtest). Milliseconds
  /// since 1970 in base 36 have eight digits until 2059; two starts of one account cannot share a
  /// millisecond because the instance lock lies between them.
  public init(prefix: Character, startedAt: Timestamp) {
    self.init(trusted: String(prefix) + String(startedAt.milliseconds, radix: 36))
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
