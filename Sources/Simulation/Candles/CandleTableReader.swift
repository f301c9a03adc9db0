import Trading
import Units

/// Reads candle rows fast. It knows only what sound files look like: whatever else it meets makes
/// it give up, and the strict ``CandleReader`` says what is wrong.
struct CandleTableReader {
  var rows: [CandleTable.Row] = []
  /// How many places a tick has; grows with the file.
  var pricePlaces = 0

  /// The powers of ten that fit.
  private static let powers: [Int64] = (0...18).map { exponent in
    (0..<exponent).reduce(1) { product, _ in product * 10 }
  }

  /// Reads a whole file; nil when anything in it is unusual.
  init?(_ bytes: [UInt8]) {
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

    /// Reads up to a byte and over it; false for anything but digits with at most one point among
    /// them, and for more than sixteen digits.
    @inline(__always)
    mutating func read(
      _ cursor: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>, until stop: UInt8
    ) -> Bool {
      let start = cursor
      var whole = 0
      var value: Int64 = 0
      while cursor < end {
        let digit = cursor.pointee &- UInt8(ascii: "0")
        guard digit <= 9 else { break }
        value = value &* 10 &+ Int64(digit)
        whole &+= 1
        cursor += 1
      }
      guard whole > 0, cursor < end, whole == 1 || start.pointee != UInt8(ascii: "0") else {
        return false
      }
      if cursor.pointee == UInt8(ascii: ".") {
        cursor += 1
        let first = cursor
        while cursor < end {
          let digit = cursor.pointee &- UInt8(ascii: "0")
          guard digit <= 9 else { break }
          value = value &* 10 &+ Int64(digit)
          cursor += 1
        }
        places = cursor - first
        guard places > 0 else { return false }
      }
      guard whole &+ places <= 16, cursor < end, cursor.pointee == stop else { return false }
      cursor += 1
      mantissa = value
      return true
    }
  }
}
