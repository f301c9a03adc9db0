import MarketData
import Units

extension Estimate {
  /// The number for an explanation: eight places, fewer for large numbers and more for those below
  /// one that have less than six digits there, such as an average of a cheap coin; "—" for none.
  var shown: String {
    let places = magnitude >= 1_000 ? 2 : magnitude >= 1 ? 4 : 8
    let digits = magnitude >= 1 ? 1 : 6
    return Fixed(estimate: self, places: places, digits: digits).map { "\($0)" } ?? "—"
  }

  /// The number in hundredths with its sign, rounded.
  var shownPercent: String {
    let hundredths = Int((self * 100).rounded())
    return hundredths > 0 ? "+\(hundredths)" : "\(hundredths)"
  }

  /// The number to one place, rounded; "—" for none.
  var shownTenths: String {
    guard isFinite, magnitude < 1e15 else { return "—" }
    return "\(Fixed(raw: Int128((self * 10).rounded()) * Int128(1e17)))"
  }

  /// The number as a whole one; where it fails a limit, with the places that it takes to see that.
  func shownWhole(beside limit: Int, isMet: Bool) -> String {
    guard !isMet, rounded() == Estimate(limit) else { return "\(Int(rounded()))" }
    for places: Estimate in [10, 100, 1e4, 1e8] {
      let steps = (self * places).rounded()
      if steps != Estimate(limit) * places {
        return "\(Fixed(raw: Int128(steps) * Int128(1e18 / places)))"
      }
    }
    return "\(self)"
  }
}
