import JSONText
import Trading
import Units

/// Reads the messages of a book.
nonisolated enum BookRows {
  /// Reads the data of a push. Levels are `[price, contracts]`, bare numbers or texts.
  ///
  /// Source: BloFin WebSocket, Order Book Channel. A size of zero removes the level; a negative
  /// one, a price of zero or one off the tick fails the message (fault case B06).
  @inline(__always)
  static func update(
    _ json: inout JSONScanner, of instrument: InstrumentID, _ kind: BookUpdate.Kind,
    _ bounds: InstrumentBounds
  ) throws(JSONProblem) -> BookUpdate {
    var bids: [BookLevel]?
    var asks: [BookLevel]?
    var sequence: UInt64?
    var previous: UInt64?
    var time: Timestamp?
    // A snapshot has 200 to 400 levels a side, a change a handful.
    let room = kind == .snapshot ? 400 : 16
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "asks": asks = try levels(&json, bounds, room: room)
      case "bids": bids = try levels(&json, bounds, room: room)
      case "ts": time = try json.timestamp(.either)
      case "seqId": sequence = try json.integer(.either)
      case "prevSeqId": previous = try json.integer(.either)
      default: try json.skip()
      }
    }
    guard let bids, let asks, let sequence, let previous, let time else {
      throw json.problem(.missing("asks, bids, seqId, prevSeqId or ts"))
    }
    return BookUpdate(
      instrument: instrument, kind: kind, bids: bids, asks: asks, sequence: sequence,
      previousSequence: previous, exchangeTime: time)
  }

  @inline(__always)
  private static func levels(
    _ json: inout JSONScanner, _ bounds: InstrumentBounds, room: Int
  ) throws(JSONProblem) -> [BookLevel] {
    var levels: [BookLevel] = []
    try json.beginArray()
    guard try json.nextElement() else { return levels }
    levels.reserveCapacity(room)
    repeat {
      guard levels.count < limit else { throw json.problem(.tooManyElements) }
      try json.beginArray()
      try json.requireElement()
      let price = try json.price(bounds)
      if let tick = bounds.tickSize, !price.isMultiple(of: tick) {
        throw json.problem(.unknownValue("\(price), which is off the tick of \(tick)"))
      }
      try json.requireElement()
      let contracts = try json.contracts(bounds)
      try json.skipRestOfArray()
      levels.append(BookLevel(price: price, contracts: contracts))
    } while try json.nextElement()
    return levels
  }

  /// The most levels of one side that are taken: ten times what has been seen.
  private static let limit = 4_000
}
