import Trading

/// A number that the venue gave to a thing; numbers of two kinds never mix.
///
/// Numbers of one kind grow monotonically, which is what paging by id relies on
/// (BloFin reference 6.7).
public struct SerialNumber<Named>: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The number as it stands on the wire.
  public let value: UInt64

  /// Wraps a number.
  @inlinable
  public init(_ value: UInt64) {
    self.value = value
  }

  /// The number as a name.
  var name: ShortText { ShortText(value) }

  /// The number as it goes over the wire.
  public var text: String { DecimalText.text(of: value) }

  public var description: String { text }

  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}

/// Whole numbers as digits, made fast: the venue names several things by number for each order.
enum DecimalText {
  /// As many digits as a string holds without memory of its own.
  private static let shortest: UInt64 = 1_000_000_000_000_000

  /// Returns the digits of a number.
  static func text(of value: UInt64) -> String {
    guard value < shortest else { return String(value) }
    var count = 1
    var bound: UInt64 = 10
    while value >= bound {
      count &+= 1
      bound &*= 10
    }
    return String(unsafeUninitializedCapacity: count) { buffer in
      var rest = value
      for place in (0..<count).reversed() {
        buffer.initializeElement(
          at: place, to: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10))
        rest /= 10
      }
      return count
    }
  }
}

/// The number of an order: thirteen digits, as the exchange's own since 2025.
public typealias OrderNumber = SerialNumber<VenueOrder>

/// The number of a TP/SL or trigger order; both kinds share one number space.
public typealias AlgoNumber = SerialNumber<AlgoOrder>

/// The number of one of our fills; the public tape counts on its own.
public typealias FillNumber = SerialNumber<VenueFill>

/// The number of a position, kept for its life.
public typealias PositionNumber = SerialNumber<VenuePosition>

/// The number of a row in the history of positions.
public typealias PositionRecordNumber = SerialNumber<PositionRecord>

/// The number of a row in an account's ledger.
public typealias LedgerNumber = SerialNumber<LedgerEntry>

/// Names an account of the venue; a server maps its keys to these.
public struct VenueAccountID: Sendable, Hashable, Comparable {
  /// The place of the account among all, from zero.
  public let index: Int

  init(index: Int) {
    self.index = index
  }

  public static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}

/// Names a market of the venue by its place in the list of instruments; the fast form of its name.
public struct MarketIndex: Sendable, Hashable, Comparable {
  /// The place of the market among all, from zero.
  public let index: Int

  init(index: Int) {
    self.index = index
  }

  public static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}
