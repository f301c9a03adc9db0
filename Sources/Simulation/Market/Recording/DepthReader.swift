import JSONText
import Trading
import Units

/// Reads the lines of a ``DepthFile`` and puts what they say in order.
struct DepthReader {
  let name: String
  let units: MarketUnits
  let coinsPerUnit: Fixed
  let roundsSizes: Bool
  private(set) var events: ContiguousArray<DepthFile.Event> = []
  private(set) var changes: ContiguousArray<DepthChange> = []
  private(set) var startTime: Timestamp?
  private var line = 0
  private var trades: ContiguousArray<DepthFile.Event> = []
  private var books: ContiguousArray<BookMessage> = []
  private var snapshot: BookMessage?

  init(name: String, units: MarketUnits, coinsPerUnit: Fixed, roundsSizes: Bool) {
    self.name = name
    self.units = units
    self.coinsPerUnit = coinsPerUnit
    self.roundsSizes = roundsSizes
  }

  /// A statement about the book with the exchange's numbers.
  private struct BookMessage {
    let line: Int
    var isWhole = false
    var time = Timestamp(milliseconds: 0)
    /// Numbers of the first and last change in it and of the last one before it.
    var first: UInt64 = 0
    var last: UInt64 = 0
    var previous: UInt64 = 0
    var range: Range<Int>
  }

  /// Reads all lines.
  mutating func read(_ bytes: [UInt8]) throws(RecordingProblem) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(RecordingProblem) in try readLines(buffer) }
    }
    try result.get()
    try arrange()
  }

  private mutating func readLines(_ buffer: UnsafeRawBufferPointer) throws(RecordingProblem) {
    var rest = buffer[...]
    while !rest.isEmpty {
      line += 1
      let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
      let text = rest[rest.startIndex..<end]
      rest = end == rest.endIndex ? rest[end...] : rest[(end + 1)...]
      if text.isEmpty { continue }
      guard let space = text.firstIndex(of: UInt8(ascii: " ")) else {
        throw .fields(file: name, line: line, count: 1)
      }
      var json = JSONScanner(UnsafeRawBufferPointer(rebasing: text[(space + 1)...]))
      do throws(JSONProblem) {
        try readMessage(&json)
        try json.finish()
      } catch {
        throw .message(file: name, line: line, problem: error)
      }
    }
  }

  private mutating func readMessage(_ json: inout JSONScanner) throws(JSONProblem) {
    var book = BookMessage(line: line, range: changes.count..<changes.count)
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "data":
        switch try json.peek() {
        case .array: try readTrades(&json)
        default: try readData(&json)
        }
      case "lastUpdateId": book.last = try json.integer()
      case "T": book.time = try json.timestamp()
      case "bids": try readLevels(.buy, &json)
      case "asks": try readLevels(.sell, &json)
      default: try json.skip()
      }
    }
    guard book.last > 0 else { return }
    book.isWhole = true
    book.range = book.range.lowerBound..<changes.count
    // A second snapshot would restart the book; the first is the one that bridges.
    if snapshot == nil { snapshot = book }
  }

  /// Reads the `data` of a book change, a trade or a whole book.
  private mutating func readData(_ json: inout JSONScanner) throws(JSONProblem) {
    var book = BookMessage(line: line, range: changes.count..<changes.count)
    var trade = DepthFile.Event(time: book.time, kind: .trade)
    var time = book.time
    var isTrade = false
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "e":
        let kind = try json.string()
        isTrade = kind == "trade"
        if !isTrade, !(kind == "depthUpdate") { return try json.skipRestOfObject() }
      case "T", "time": time = try json.timestamp()
      case "U": book.first = try json.integer()
      case "u": book.last = try json.integer()
      case "pu": book.previous = try json.integer()
      case "b": try readLevels(.buy, &json)
      case "a": try readLevels(.sell, &json)
      case "levels":
        book.isWhole = true
        try readSides(&json)
      case "p": trade.ticks = try readTicks(&json)
      case "q": trade.lots = try readLots(&json)
      // The buyer is the maker: a sale took.
      case "m": trade.side = try json.boolean() ? .sell : .buy
      default: try json.skip()
      }
    }
    if isTrade {
      keep(trade, at: time)
    } else {
      book.time = time
      book.range = book.range.lowerBound..<changes.count
      books.append(book)
    }
  }

  /// Reads Hyperliquid's trades; the side is the taker's, `B` for a buy.
  private mutating func readTrades(_ json: inout JSONScanner) throws(JSONProblem) {
    try json.beginArray()
    while try json.nextElement() {
      var trade = DepthFile.Event(time: Timestamp(milliseconds: 0), kind: .trade)
      var time = trade.time
      try json.beginObject()
      while let key = try json.nextKey() {
        switch key {
        case "time": time = try json.timestamp()
        case "px": trade.ticks = try readTicks(&json)
        case "sz": trade.lots = try readLots(&json)
        case "side": trade.side = try json.string() == "B" ? .buy : .sell
        default: try json.skip()
        }
      }
      keep(trade, at: time)
    }
  }

  private mutating func keep(_ trade: DepthFile.Event, at time: Timestamp) {
    guard trade.ticks > 0, trade.lots > 0 else { return }
    trades.append(
      DepthFile.Event(
        time: time, kind: .trade, side: trade.side, ticks: trade.ticks, lots: trade.lots))
  }

  /// Reads `[["price", "size"], …]`.
  private mutating func readLevels(
    _ side: OrderSide, _ json: inout JSONScanner
  ) throws(JSONProblem) {
    try json.beginArray()
    while try json.nextElement() {
      try json.beginArray()
      try json.requireElement()
      let ticks = try readTicks(&json)
      try json.requireElement()
      let lots = try readLots(&json)
      try json.endArray()
      changes.append(DepthChange(side: side, ticks: ticks, lots: lots))
    }
  }

  /// Reads `[[{"px", "sz"}, …], […]]`, bids first.
  private mutating func readSides(_ json: inout JSONScanner) throws(JSONProblem) {
    try json.beginArray()
    for side in [OrderSide.buy, .sell] {
      try json.requireElement()
      try json.beginArray()
      while try json.nextElement() {
        var ticks: Int32 = 0
        var lots: Int64 = 0
        try json.beginObject()
        while let key = try json.nextKey() {
          switch key {
          case "px": ticks = try readTicks(&json)
          case "sz": lots = try readLots(&json)
          default: try json.skip()
          }
        }
        changes.append(DepthChange(side: side, ticks: ticks, lots: lots))
      }
    }
    try json.endArray()
  }

  private func readTicks(_ json: inout JSONScanner) throws(JSONProblem) -> Int32 {
    let price: Price = try json.number(.either)
    guard let ticks = units.ticks(price), ticks > 0 else { throw json.problem(.notInRange) }
    return ticks
  }

  private func readLots(_ json: inout JSONScanner) throws(JSONProblem) -> Int64 {
    let size = try json.fixed(.either)
    guard !size.isNegative, let coins = size.multipliedIfInRange(by: coinsPerUnit, .up),
      let steps = coins.dividedIfPossible(by: units.lotCoins, .up)
    else { throw json.problem(.notInRange) }
    let whole = steps.rounded(to: 1, .up)
    guard roundsSizes || whole == steps, let lots = Int64(exactly: whole.raw / Int128(Fixed.unit)),
      Int128(lots) <= MarketUnits.largestBookLots
    else { throw json.problem(.notInRange) }
    return lots
  }
}

// What was read, in order.
extension DepthReader {
  /// Bridges snapshot and changes, checks their chain and sorts in the trades.
  private mutating func arrange() throws(RecordingProblem) {
    var stated: ContiguousArray<DepthFile.Event> = []
    if let snapshot {
      stated = try chained(from: snapshot)
    } else {
      for book in books {
        // Changes before the first whole book have nothing to change.
        if stated.isEmpty, !book.isWhole { continue }
        stated.append(event(book, book.isWhole ? .book : .change, notBefore: stated.last?.time))
      }
    }
    guard let start = stated.first?.time else { return }
    startTime = start
    events.reserveCapacity(stated.count + trades.count)
    // The whole book begins the replay; of every later moment trades come first.
    var next = 0
    var latest = start
    for trade in trades where trade.time >= start {
      latest = max(latest, trade.time)
      while next < stated.count, next == 0 || stated[next].time < latest {
        events.append(stated[next])
        next += 1
      }
      events.append(
        DepthFile.Event(
          time: max(latest, events.last?.time ?? latest), kind: .trade, side: trade.side,
          ticks: trade.ticks, lots: trade.lots))
    }
    events.append(contentsOf: stated[next...])
  }

  /// Returns the snapshot and the changes that follow it. Source: Binance USDⓈ-M futures, "How to
  /// manage a local order book correctly".
  private func chained(
    from snapshot: BookMessage
  ) throws(RecordingProblem) -> ContiguousArray<DepthFile.Event> {
    var stated: ContiguousArray<DepthFile.Event> = []
    var last: UInt64 = 0
    for book in books where book.last >= snapshot.last {
      if stated.isEmpty {
        guard book.first <= snapshot.last else {
          throw .sequence(file: name, line: book.line, expected: snapshot.last, found: book.first)
        }
        stated.append(event(snapshot, .book, notBefore: nil))
      } else if book.previous != last {
        throw .sequence(file: name, line: book.line, expected: last, found: book.previous)
      }
      last = book.last
      stated.append(event(book, .change, notBefore: stated.last?.time))
    }
    return stated
  }

  private func event(
    _ book: BookMessage, _ kind: DepthFile.Event.Kind, notBefore earliest: Timestamp?
  ) -> DepthFile.Event {
    DepthFile.Event(
      time: earliest.map { max($0, book.time) } ?? book.time, kind: kind, range: book.range)
  }
}
