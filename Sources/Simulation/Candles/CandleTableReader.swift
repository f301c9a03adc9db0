import Trading
import Units

/// Reads candle rows fast. It knows only what sound files look like: whatever else it meets makes
/// it give up, and the strict ``CandleReader`` says what is wrong.
struct CandleTableReader {
  var rows: [CandleTable.Row] = []
  /// How many places a tick has; grows with the file.
  var pricePlaces = 0
  /// Whether zeros at the end of a price count as places of a tick.
  private let countsZeros: Bool

  /// The powers of ten that fit.
  private static let powers: [Int64] = (0...18).map { exponent in
    (0..<exponent).reduce(1) { product, _ in product * 10 }
  }

  /// Reads a whole file; nil when anything in it is unusual. Exchanges write prices with more
  /// zeros than a market counts; such a file is read without `countsZeros`.
  init?(_ bytes: [UInt8], countsZeros: Bool = true) {
    self.countsZeros = countsZeros
    let header = Array(CandleFile.header.utf8)
    guard bytes.count > header.count + 1, bytes.starts(with: header),
      bytes[header.count] == UInt8(ascii: "\n")
    else { return nil }
    rows.reserveCapacity(bytes.count / 40)
    let isSound = bytes.withUnsafeBufferPointer { buffer -> Bool in
      guard let base = buffer.baseAddress else { return false }
      var cursor = base + header.count + 1
      let end = base + buffer.count
      var lastTime = Int64.min
      while cursor < end {
        guard readRow(&cursor, end, &lastTime) else { return false }
      }
      return true
    }
    guard isSound else { return nil }
  }

  @inline(__always)
  private mutating func readRow(
    _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ lastTime: inout Int64
  ) -> Bool {
    var time = Number()
    var open = Number()
    var high = Number()
    var low = Number()
    var close = Number()
    var volume = Number()
    let comma = UInt8(ascii: ",")
    guard time.read(&cursor, end, until: comma), time.places == 0, time.mantissa > lastTime,
      time.mantissa >= Timestamp.earliestPlausible.milliseconds,
      time.mantissa <= Timestamp.latestPlausible.milliseconds,
      open.read(&cursor, end, until: comma), high.read(&cursor, end, until: comma),
      low.read(&cursor, end, until: comma), close.read(&cursor, end, until: comma),
      volume.read(&cursor, end, until: UInt8(ascii: "\n"))
    else { return false }
    lastTime = time.mantissa
    if !countsZeros {
      open.trim()
      high.trim()
      low.trim()
      close.trim()
    }
    let places = max(max(open.places, high.places), max(low.places, close.places))
    if places > pricePlaces {
      guard rescale(to: places) else { return false }
    }
    let openTicks = ticks(open)
    let highTicks = ticks(high)
    let lowTicks = ticks(low)
    let closeTicks = ticks(close)
    guard lowTicks > 0, highTicks <= Int64(PriceLadder.largestTicks), lowTicks <= openTicks,
      lowTicks <= closeTicks, highTicks >= openTicks, highTicks >= closeTicks,
      let amount = Self.millionths(volume)
    else { return false }
    rows.append(
      CandleTable.Row(
        openTime: time.mantissa, open: Int32(truncatingIfNeeded: openTicks),
        high: Int32(truncatingIfNeeded: highTicks), low: Int32(truncatingIfNeeded: lowTicks),
        close: Int32(truncatingIfNeeded: closeTicks), volume: amount))
    return true
  }

  @inline(__always)
  private func ticks(_ number: Number) -> Int64 {
    if number.places == pricePlaces { return number.mantissa }
    let (product, overflow) = number.mantissa.multipliedReportingOverflow(
      by: Self.powers[pricePlaces &- number.places])
    return overflow ? -1 : product
  }

  @inline(__always)
  private static func millionths(_ number: Number) -> Int64? {
    if number.places <= 6 {
      let (product, overflow) = number.mantissa.multipliedReportingOverflow(
        by: powers[6 &- number.places])
      return overflow ? nil : product
    }
    return number.mantissa / powers[number.places &- 6]
  }

  /// Moves to a finer tick; false when prices leave the range.
  private mutating func rescale(to places: Int) -> Bool {
    // More than nine places of a price are no tick of any exchange.
    guard places <= 9 else { return false }
    let factor = Int32(Self.powers[places - pricePlaces])
    pricePlaces = places
    for place in rows.indices {
      guard Int64(rows[place].high) * Int64(factor) <= Int64(PriceLadder.largestTicks) else {
        return false
      }
      rows[place].open *= factor
      rows[place].high *= factor
      rows[place].low *= factor
      rows[place].close *= factor
    }
    return true
  }

  /// A number as its digits and how many of them stand behind the point.
  private struct Number {
    var mantissa: Int64 = 0
    var places = 0

    /// Takes zeros off the end of the places.
    mutating func trim() {
      while places > 0, mantissa.isMultiple(of: 10) {
        mantissa /= 10
        places -= 1
      }
    }

    /// Reads up to a byte and over it; false for anything but digits with at most one point among
    /// them, and for more than sixteen digits.
    @inline(__always)
    mutating func read(
      _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, until stop: UInt8
    ) -> Bool {
      let start = cursor
      var value: Int64 = 0
      let whole = Self.digits(&cursor, end, &value)
      guard whole > 0, cursor < end, whole == 1 || start.pointee != UInt8(ascii: "0") else {
        return false
      }
      if cursor.pointee == UInt8(ascii: ".") {
        cursor += 1
        places = Self.digits(&cursor, end, &value)
        guard places > 0 else { return false }
      }
      guard whole &+ places <= 16, cursor < end, cursor.pointee == stop else { return false }
      cursor += 1
      mantissa = value
      return true
    }

    /// Reads digits, seventeen at most, behind those of a value; returns how many there were.
    @inline(__always)
    private static func digits(
      _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ value: inout Int64
    ) -> Int {
      guard end - cursor >= 24 else { return digitsOneByOne(&cursor, end, &value) }
      let first = eightDigits(cursor, &value)
      cursor += first
      guard first == 8 else { return first }
      let second = eightDigits(cursor, &value)
      cursor += second
      guard second == 8 else { return 8 &+ second }
      return 16 &+ digitsOneByOne(&cursor, min(end, cursor + 1), &value)
    }

    /// Reads up to eight digits at once: each byte of a word is one.
    @inline(__always)
    private static func eightDigits(
      _ cursor: UnsafePointer<UInt8>, _ value: inout Int64
    ) -> Int {
      let text = UInt64(
        littleEndian: UnsafeRawPointer(cursor).loadUnaligned(as: UInt64.self))
      let word = text ^ 0x3030_3030_3030_3030
      // The highest bit of the first byte that is no digit; bytes above it may carry.
      let marks = ((word &+ 0x7676_7676_7676_7676) | word) & 0x8080_8080_8080_8080
      let count = marks == 0 ? 8 : marks.trailingZeroBitCount &>> 3
      guard count > 0 else { return 0 }
      // Zeros move in before the first digit, then neighbors are joined: 2, 4, 8 digits.
      var digits = word &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count)
      digits = (digits &* 10) &+ (digits &>> 8)
      let even = (digits & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
      let odd = ((digits &>> 16) & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
      let joined = (even &+ odd) &>> 32
      value = value &* power(count) &+ Int64(truncatingIfNeeded: joined)
      return count
    }

    @inline(__always)
    private static func power(_ exponent: Int) -> Int64 {
      switch exponent {
      case 1: 10
      case 2: 100
      case 3: 1_000
      case 4: 10_000
      case 5: 100_000
      case 6: 1_000_000
      case 7: 10_000_000
      default: 100_000_000
      }
    }

    private static func digitsOneByOne(
      _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, _ value: inout Int64
    ) -> Int {
      let start = cursor
      while cursor < end {
        let digit = cursor.pointee &- UInt8(ascii: "0")
        guard digit <= 9 else { break }
        value = value &* 10 &+ Int64(digit)
        cursor += 1
      }
      return cursor - start
    }
  }
}
