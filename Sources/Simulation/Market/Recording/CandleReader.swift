import Trading
import Units

/// Reads the rows of a candle file and checks each by itself and against the one before.
struct CandleReader {
  let name: String
  var candles: [RecordedCandle] = []
  /// The line of each candle, from one.
  var lines: [Int] = []
  var pricePlaces = 0

  init(name: String) {
    self.name = name
  }

  private static let columns = ["timestamp_ms", "open", "high", "low", "close", "volume"]

  mutating func read(_ bytes: UnsafeRawBufferPointer) throws(RecordingProblem) {
    var line = 0
    var start = 0
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      var row = bytes[start..<end]
      if row.last == UInt8(ascii: "\r") { row.removeLast() }
      line += 1
      let isLast = end + 1 >= bytes.count
      if line == 1 {
        try checkHeader(row)
      } else if !(row.isEmpty && isLast) {
        // A last empty line is only an end; an empty line before it is a broken row.
        try readRow(row, line)
      }
      start = end + 1
    }
    if line == 0 { throw .empty(file: name) }
  }

  private func checkHeader(
    _ row: Slice<UnsafeRawBufferPointer>
  ) throws(RecordingProblem) {
    guard row.elementsEqual(CandleFile.header.utf8) else {
      throw .header(file: name, found: Self.shown(row))
    }
  }

  private mutating func readRow(
    _ row: Slice<UnsafeRawBufferPointer>, _ line: Int
  ) throws(RecordingProblem) {
    let fields = row.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard fields.count == Self.columns.count else {
      throw .fields(file: name, line: line, count: fields.count)
    }
    let time = try readTime(fields[0], line)
    let candle = RecordedCandle(
      openTime: time, open: Price(try readNumber(fields[1], line, 1)),
      high: Price(try readNumber(fields[2], line, 2)),
      low: Price(try readNumber(fields[3], line, 3)),
      close: Price(try readNumber(fields[4], line, 4)),
      volume: BaseAmount(try readNumber(fields[5], line, 5)))
    guard candle.high >= max(candle.open, candle.close),
      candle.low <= min(candle.open, candle.close)
    else { throw .inconsistent(file: name, line: line) }
    if let last = candles.last {
      if time == last.openTime { throw .duplicate(file: name, line: line, time: time) }
      if time < last.openTime { throw .reversed(file: name, line: line, time: time) }
    }
    candles.append(candle)
    lines.append(line)
  }

  private func readTime(
    _ field: Slice<UnsafeRawBufferPointer>, _ line: Int
  ) throws(RecordingProblem) -> Timestamp {
    guard case .success(let number) = Fixed.parsing(UnsafeRawBufferPointer(rebasing: field)),
      number.isMultiple(of: .one), let count = Int64(exactly: number.raw / Int128(Fixed.unit))
    else { throw .time(file: name, line: line, text: Self.shown(field)) }
    let time = Timestamp(milliseconds: count)
    guard time >= .earliestPlausible, time <= .latestPlausible else {
      throw .time(file: name, line: line, text: Self.shown(field))
    }
    return time
  }

  private mutating func readNumber(
    _ field: Slice<UnsafeRawBufferPointer>, _ line: Int, _ place: Int
  ) throws(RecordingProblem) -> Fixed {
    let column = Self.columns[place]
    let isVolume = place == 5
    switch Fixed.parsing(UnsafeRawBufferPointer(rebasing: field)) {
    case .failure(let problem):
      throw .number(file: name, line: line, column: column, problem: problem)
    case .success(let number):
      guard isVolume ? !number.isNegative : number.isPositive else {
        throw .sign(file: name, line: line, column: column)
      }
      if !isVolume, let point = field.firstIndex(of: UInt8(ascii: ".")) {
        pricePlaces = max(pricePlaces, field.endIndex - point - 1)
      }
      return number
    }
  }

  /// Returns bytes of a file as text for a message: short, and free of control characters.
  private static func shown(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    let safe = bytes.prefix(60).map { byte in
      byte >= 0x20 && byte < 0x7F ? byte : UInt8(ascii: "?")
    }
    return String(decoding: safe, as: UTF8.self) + (bytes.count > 60 ? "…" : "")
  }
}
