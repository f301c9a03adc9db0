import Trading
import Units

/// The form of closed candles in a file: exact, about ten bytes a candle, and checked.
///
/// Eight letters, a version and whose candles they are; the power of ten that prices and volumes
/// are counted in; how many there are and when the first one opened. Then each candle by
/// differences: time frames since the one before, opening against the close before, close against
/// opening, what high and low reach beyond both, volume. Whole numbers are written in groups of
/// seven bits, the lowest first. A digest of everything before it comes last.
enum CandleCoding {
  /// The form that is written, and the only one that is read.
  static let version = 1
  /// The most candles of one file.
  static let limit = 50_000

  private static let letters = Array("perpcndl".utf8)
  /// Bytes of the digest.
  private static let digestLength = 8

  /// Why bytes are not the candles that are looked for.
  enum Fault: Error, Hashable {
    case damaged(String)
    case otherVersion(Int)
    case belongsToOther(String)
  }

  /// Returns candles in their form: closed, consistent, on the grid of the frame, oldest first.
  static func bytes(_ candles: [Candle], named name: String, _ frame: TimeFrame) -> [UInt8] {
    precondition(candles.count <= limit, "a file of candles has a bound")
    let prices = DecimalUnit(candles.flatMap { [$0.open, $0.high, $0.low, $0.close] }.map(\.value))
    let volumes = DecimalUnit(candles.map(\.volume.value))
    var writer = GroupWriter(letters)
    writer.put(UInt128(version))
    writer.put(name)
    writer.put(UInt128(prices.tens))
    writer.put(UInt128(volumes.tens))
    writer.put(UInt128(candles.count))
    var time = candles.first?.openTime ?? Timestamp(milliseconds: 0)
    writer.put(signed: Int128(time.milliseconds))
    var last: Int128 = 0
    for candle in candles {
      precondition(candle.isClosed && candle.isConsistent, "what can change is not kept")
      let step = (candle.openTime - time).milliseconds / frame.span.milliseconds
      let (open, close) = (prices.count(candle.open.value), prices.count(candle.close.value))
      writer.put(UInt128(step))
      writer.put(signed: open - last)
      writer.put(signed: close - open)
      writer.put(UInt128(prices.count(candle.high.value) - max(open, close)))
      writer.put(UInt128(min(open, close) - prices.count(candle.low.value)))
      writer.put(UInt128(volumes.count(candle.volume.value)))
      time = candle.openTime
      last = close
    }
    writer.putDigest()
    return writer.bytes
  }

  /// Reads candles; throws unless every byte is as it was written, for this name.
  static func candles(
    _ bytes: [UInt8], named name: String, _ frame: TimeFrame
  ) throws(Fault) -> [Candle] {
    guard bytes.starts(with: letters) else { throw .damaged("it does not begin as one") }
    var reader = GroupReader(bytes, from: letters.count)
    let found = try reader.whole(below: 1 << 31)
    guard found == version else { throw .otherVersion(found) }
    guard bytes.count > digestLength, reader.takeDigest(digestLength) else {
      throw .damaged("its check does not fit")
    }
    let owner = try reader.text()
    guard owner == name else { throw .belongsToOther(owner) }
    let prices = DecimalUnit(tens: try reader.whole(below: DecimalUnit.most + 1))
    let volumes = DecimalUnit(tens: try reader.whole(below: DecimalUnit.most + 1))
    let count = try reader.whole(below: limit + 1)
    var time = try reader.signed()
    var last: Int128 = 0
    var candles: [Candle] = []
    candles.reserveCapacity(count)
    for place in 0..<count {
      let step = try reader.whole(below: 1 << 31)
      guard (step > 0) == (place > 0) else { throw .damaged("its times do not go on") }
      time += Int128(step) * Int128(frame.span.milliseconds)
      let open = try GroupReader.sum(last, reader.signed())
      let close = try GroupReader.sum(open, reader.signed())
      let high = try GroupReader.sum(max(open, close), reader.unsigned())
      let low = try GroupReader.sum(min(open, close), -reader.unsigned())
      let volume = try reader.unsigned()
      guard let openTime = Int64(exactly: time) else { throw GroupReader.tooLarge }
      let candle = Candle(
        openTime: Timestamp(milliseconds: openTime), open: Price(try prices.number(open)),
        high: Price(try prices.number(high)), low: Price(try prices.number(low)),
        close: Price(try prices.number(close)), volume: BaseAmount(try volumes.number(volume)),
        isClosed: true)
      guard candle.fits(frame) else { throw .damaged("it holds what is no candle") }
      candles.append(candle)
      last = close
    }
    guard reader.isAtEnd else { throw .damaged("something follows the last candle") }
    return candles
  }
}

extension Candle {
  /// Whether it is one that a series of this frame can hold.
  func fits(_ frame: TimeFrame) -> Bool {
    isConsistent && openTime >= .earliestPlausible && openTime <= .latestPlausible
      && frame.openTime(of: openTime) == openTime
  }
}

/// The largest power of ten, in units of 10⁻¹⁸, that divides all numbers of a column.
struct DecimalUnit: Hashable {
  /// The most tens: whole numbers.
  static let most = Fixed.places

  /// The exponent.
  let tens: Int
  private let unit: Int128

  /// Finds the unit of some numbers.
  init(_ numbers: [Fixed]) {
    var tens = Self.most
    var unit = Int128(Fixed.powerOfTen(tens))
    for number in numbers {
      while number.raw % unit != 0 {
        tens -= 1
        unit /= 10
      }
    }
    self.tens = tens
    self.unit = unit
  }

  /// Takes an exponent from 0 through ``most``.
  init(tens: Int) {
    self.tens = tens
    unit = Int128(Fixed.powerOfTen(tens))
  }

  /// Returns how many units a number of the column is.
  func count(_ number: Fixed) -> Int128 { number.raw / unit }

  /// Returns so many units; throws beyond what a number holds.
  func number(_ count: Int128) throws(CandleCoding.Fault) -> Fixed {
    let (raw, overflow) = count.multipliedReportingOverflow(by: unit)
    guard !overflow else { throw GroupReader.tooLarge }
    return Fixed(raw: raw)
  }
}
