import Trading
import Units

/// Reads the rows of a candle file and checks each by itself and against the one before.
struct CandleReader {
  let name: String
  var candles: [RecordedCandle] = []
  /// The line of each candle, from one.
  var lines: [Int] = []
  /// How many places the prices have at most, zeros at the end counted.
  var pricePlaces = 0
  /// How many they need.
  var neededPlaces = 0

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
    switch Self.number(field) {
    case .failure(let problem):
      throw .number(file: name, line: line, column: column, problem: problem)
    case .success(let number):
      guard isVolume ? !number.isNegative : number.isPositive else {
        throw .sign(file: name, line: line, column: column)
      }
      guard !isVolume else { return number }
      neededPlaces = max(neededPlaces, Self.places(number))
      if let point = field.firstIndex(of: UInt8(ascii: ".")) {
        let digits = field[(point + 1)...].prefix { $0 != UInt8(ascii: "e") }
        pricePlaces = max(pricePlaces, digits.count)
      }
      pricePlaces = max(pricePlaces, neededPlaces)
      return number
    }
  }

  /// Reads a number that may have an exponent below zero, as programs write small ones: 1.5e-05.
  private static func number(
    _ field: Slice<UnsafeRawBufferPointer>
  ) -> Result<Fixed, NumberProblem> {
    guard let mark = field.firstIndex(of: UInt8(ascii: "e")) else {
      return Fixed.parsing(UnsafeRawBufferPointer(rebasing: field))
    }
    let digits = field[(mark + 1)...].dropFirst()
    let isSound =
      field[(mark + 1)...].first == UInt8(ascii: "-") && (1...2).contains(digits.count)
      && digits.allSatisfy { (0x30...0x39).contains($0) }
    let exponent = digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    guard isSound, exponent <= 18 else {
      return .failure(.malformed(at: mark - field.startIndex))
    }
    return Fixed.parsing(UnsafeRawBufferPointer(rebasing: field[..<mark])).flatMap { mantissa in
      let divisor = Int128(Fixed.powerOfTen(exponent))
      // A price that is not exact is another one.
      guard mantissa.raw.isMultiple(of: divisor) else { return .failure(.tooManyPlaces) }
      return .success(Fixed(raw: mantissa.raw / divisor))
    }
  }

  /// How many places a number needs.
  private static func places(_ number: Fixed) -> Int {
    var places = 0
    while places < 18, !number.raw.isMultiple(of: Int128(Fixed.powerOfTen(18 - places))) {
      places += 1
    }
    return places
  }

  /// Returns bytes of a file as text for a message: short, and free of control characters.
  private static func shown(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    let safe = bytes.prefix(60).map { byte in
      byte >= 0x20 && byte < 0x7F ? byte : UInt8(ascii: "?")
    }
    return String(decoding: safe, as: UTF8.self) + (bytes.count > 60 ? "…" : "")
  }
}
