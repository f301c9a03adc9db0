import Trading
import Units

/// A recorded stream of book changes and trades, read and checked whole.
///
/// One line is `<receive time in ns> <message>`, gzip or plain. Taken are Binance's combined
/// streams (`depthUpdate`, `trade`, and the REST snapshot that bridges them; `bookTicker` repeats
/// the book and is passed over) and Hyperliquid's `l2Book` and `trades`.
///
/// Events have the exchange's own times, and of one moment trades come before book changes: a
/// change states a level after the trades before it, so a trade that followed its own change would
/// move a queue twice.
public struct DepthFile: Sendable {
  /// The name, for labels and problems.
  public let name: String
  /// What is traded.
  public let listing: Listing
  /// When the first whole book stands.
  public let startTime: Timestamp
  /// The time of the last event.
  public let endTime: Timestamp
  /// How many trades it has.
  public let tradeCount: Int
  let events: ContiguousArray<Event>
  let changes: ContiguousArray<DepthChange>

  /// Something that the market did.
  struct Event: Sendable {
    enum Kind: Sendable {
      /// The book is stated whole by a range of the file's changes.
      case book
      /// Levels are stated by a range of the file's changes.
      case change
      /// A trade.
      case trade
    }

    let time: Timestamp
    let kind: Kind
    /// Of a book or a change: its part of the file's changes.
    var range: Range<Int> = 0..<0
    var side = OrderSide.buy
    var ticks: Int32 = 0
    var lots: Int64 = 0
  }

  /// Reads a file. Sizes are counted in coins, `coinsPerUnit` of them to the unit; a venue that
  /// counts contracts of a fixed value needs an approximation there, which the caller answers for.
  /// With `roundsSizes` a size between two lots becomes the larger; without, it is refused.
  public init(
    path: String, instrument: InstrumentID, coinsPerUnit: Fixed = 1, roundsSizes: Bool = false
  ) throws(RecordingProblem) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let bytes = try FileContent.read(path, named: name)
    try self.init(
      bytes, named: name, instrument: instrument, coinsPerUnit: coinsPerUnit,
      roundsSizes: roundsSizes)
  }

  /// Reads the content of a file, gzip or plain.
  public init(
    _ content: [UInt8], named name: String, instrument: InstrumentID, coinsPerUnit: Fixed = 1,
    roundsSizes: Bool = false
  ) throws(RecordingProblem) {
    let bytes = try FileContent.plain(content, named: name)
    let listing =
      BuiltInListings.all.first { $0.id == instrument } ?? BuiltInListings.generic(instrument)
    guard let units = MarketUnits(listing.instrument) else {
      throw .price(file: name, line: 1)
    }
    var reader = DepthReader(
      name: name, units: units, coinsPerUnit: coinsPerUnit, roundsSizes: roundsSizes)
    try reader.read(bytes)
    guard let start = reader.startTime, let last = reader.events.last else {
      throw .noBook(file: name)
    }
    self.name = name
    self.listing = listing
    startTime = start
    endTime = last.time
    events = reader.events
    changes = reader.changes
    tradeCount = reader.events.count { $0.kind == .trade }
  }
}
