import MarketData
import Trading
import Units

/// The price against the value areas of two days, each from 00:00 UTC (``SessionProfile``, 24
/// rows): of the day before, and of the day that goes on.
///
/// Each is 1 at and above the upper end of the area, −1 at and below the lower end, evenly between
/// them, and 0 where nothing was traded or the price stood still. The day that goes on counts for
/// the share of it that was over when its newest candle opened, the day before for the rest: all
/// at midnight, nothing at the end. Without a score until a day before was first seen from its
/// start on, which takes up to two days of candles; one that is missing later counts 0.
struct SessionAnalyser: Analyser {
  let warmUp: Int
  private var profile = SessionProfile()
  private var isWarm = false

  /// Makes an analyser of candles of a length.
  init(_ timeFrame: TimeFrame) {
    let day = TimeSpan.days(1).milliseconds / timeFrame.span.milliseconds
    warmUp = 2 * max(1, Int(day))
  }

  mutating func update(_ candle: Candle, _ bar: Bar) {
    profile.update(candle)
    isWarm = isWarm || profile.isPreviousKnown
  }

  func score(at price: Price) -> Estimate? {
    guard isWarm else { return nil }
    let share = profile.shareOver
    let (before, now) = (profile.previous?.place(of: price), profile.current?.place(of: price))
    return (1 - share) * (before ?? 0) + share * (now ?? 0)
  }

  func facts(at price: Price) -> String {
    let before = profile.isPreviousKnown ? Self.area(profile.previous) : "not known"
    let share = Int((profile.shareOver * 100).rounded())
    return "the day before \(before); \(share) % of this day \(Self.area(profile.current))"
  }

  private static func area(_ profile: VolumeProfile?) -> String {
    guard let profile else { return "nothing traded" }
    return "value \(profile.valueLow.shown) to \(profile.valueHigh.shown), most at "
      + profile.pointOfControl.shown
  }
}

extension VolumeProfile {
  /// Where a price stands in the value area: −1 at and below the lower end, 1 at and above the
  /// upper end, evenly between them; 0 in a market that stood still.
  func place(of price: Price) -> Estimate {
    let middle = (valueHigh + valueLow) / 2
    let half = (valueHigh - valueLow) / 2
    // Rows of a market that stands still are as high as rounding.
    return half > 1e-8 * middle ? ((Estimate(price) - middle) / half).bounded : 0
  }
}
