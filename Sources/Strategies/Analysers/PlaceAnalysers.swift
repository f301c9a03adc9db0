import MarketData
import Trading
import Units

/// The zones that the price stands in: the confidence of the youngest demand zone minus that of the
/// youngest supply zone, zero for one that is not there.
struct ZoneAnalyser: Analyser {
  private var detector = ZoneDetector()
  private var seenCount = 0

  /// The warm-up of the average true range, without which no zone is seen.
  var warmUp: Int { 15 }

  mutating func update(_ candle: Candle, _ bar: Bar) {
    detector.update(candle)
    seenCount = min(seenCount + 1, warmUp)
  }

  func score(at price: Price) -> Estimate? {
    guard seenCount >= warmUp else { return nil }
    let demand = detector.zone(.demand, at: price)?.confidence ?? 0
    let supply = detector.zone(.supply, at: price)?.confidence ?? 0
    return (demand - supply).bounded
  }

  func facts(at price: Price) -> String {
    let found = [Zone.Kind.demand, .supply].compactMap { kind in
      detector.zone(kind, at: price).map {
        "\(kind.rawValue) \($0.bottom) to \($0.top) of \(Int(($0.confidence * 100).rounded())) %"
      }
    }
    return found.isEmpty ? "in no zone" : "in " + found.joined(separator: " and ")
  }
}

/// Market structure (``MarketStructure`` with swings of three candles on each side).
///
/// Three quarters are the newest break: 1 for a break of structure upward, a half for a change of
/// character upward, the negatives downward, 0 before the first. One quarter is the place of the
/// price between the newest swing low and swing high: 1 at the low (discount) through −1 at the
/// high (premium), bounded beyond them, 0 while there is no such range.
struct StructureAnalyser: Analyser {
  private var structure = MarketStructure(reach: 3)
  private var broken: MarketStructure.Break?
  private var seenCount = 0

  /// The candles of a swing and one that breaks it.
  var warmUp: Int { 8 }

  mutating func update(_ candle: Candle, _ bar: Bar) {
    seenCount = min(seenCount + 1, warmUp)
    for event in structure.update(candle) {
      if case .broke(let newest) = event { broken = newest }
    }
  }

  func score(at price: Price) -> Estimate? {
    guard seenCount >= warmUp else { return nil }
    let size: Estimate = broken.map { $0.isChangeOfCharacter ? 0.5 : 1 } ?? 0
    let trend = broken?.direction == .down ? -size : size
    let place = structure.position(of: price).map { (1 - 2 * $0).bounded } ?? 0
    return 0.75 * trend + 0.25 * place
  }

  func facts(at price: Price) -> String {
    let newest =
      broken.map {
        "\($0.isChangeOfCharacter ? "change of character" : "break of structure") "
          + "\($0.direction.rawValue) at \($0.swing.price)"
      } ?? "no break yet"
    guard let place = structure.position(of: price) else { return "\(newest), no range" }
    let half = place < 0.5 ? "discount" : place > 0.5 ? "premium" : "middle"
    return "\(newest), price at \(Int((place * 100).rounded())) % of the range (\(half))"
  }
}

/// The price against the value area of the volume profile of the last candles (24 rows): what the
/// market has accepted.
///
/// 1 at and above the upper end of the value area, −1 at and below the lower end, evenly between
/// them: 0 in the middle. 0 where nothing was traded or the price stood still.
struct ProfileAnalyser: Analyser {
  private let count: Int
  private var recent: [Bar] = []
  private var head = 0

  /// Makes an analyser that looks at so many candles.
  init(_ count: Int) { self.count = count }

  var warmUp: Int { count }

  mutating func update(_ candle: Candle, _ bar: Bar) {
    if recent.count < count {
      recent.append(bar)
    } else {
      recent[head] = bar
      head = (head + 1) % count
    }
  }

  func score(at price: Price) -> Estimate? {
    guard recent.count == count else { return nil }
    return VolumeProfile(bars: recent)?.place(of: price) ?? 0
  }

  func facts(at price: Price) -> String {
    guard let profile = VolumeProfile(bars: recent) else { return "nothing was traded" }
    return "value \(profile.valueLow.shown) to \(profile.valueHigh.shown), most at "
      + "\(profile.pointOfControl.shown), over \(recent.count) candles"
  }
}
