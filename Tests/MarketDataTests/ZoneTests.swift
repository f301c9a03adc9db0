import MarketData
import Testing
import Trading
import Units

/// Zones drawn candle by candle.
struct ZoneTests {
  /// Closed candles of an hour from open, high, low, close in whole units.
  private func candles(_ rows: [(Int, Int, Int, Int)]) -> [Candle] {
    rows.enumerated().map { place, row in
      Candle(
        openTime: Timestamp(milliseconds: Int64(place) * 3_600_000), open: Price(Fixed(row.0)),
        high: Price(Fixed(row.1)), low: Price(Fixed(row.2)), close: Price(Fixed(row.3)), volume: 1,
        isClosed: true)
    }
  }

  /// Sixteen candles of ten units each, falling: the average true range is near ten.
  private var fall: [(Int, Int, Int, Int)] {
    (0..<16).map { (1_000 - 8 * $0, 1_001 - 8 * $0, 991 - 8 * $0, 992 - 8 * $0) }
  }

  private func detector(_ rows: [(Int, Int, Int, Int)]) -> ZoneDetector {
    var detector = ZoneDetector()
    for candle in candles(rows) { detector.update(candle) }
    return detector
  }

  //    |            the candle that leaves: body 30, closes 28 above the base
  //    |
  //  = = =          the base: bodies of two or less between 870 and 874
  //  drop before
  @Test func `finds demand where a drop rests and the price leaves upward`() throws {
    let rows = fall + [(872, 876, 868, 873), (873, 875, 869, 872), (872, 904, 871, 902)]
    let zone = try #require(detector(rows).zones.first)
    #expect(zone.kind == .demand)
    #expect(zone.form == .dropBaseRally)
    #expect(zone.bottom == 868)
    #expect(zone.top == 873)
    #expect(zone.baseCount == 2)
    #expect(zone.state == .fresh)
  }

  @Test func `finds supply where the price leaves downward`() throws {
    let rows = fall + [(872, 876, 868, 873), (873, 875, 869, 872), (872, 873, 840, 842)]
    let zone = try #require(detector(rows).zones.first)
    #expect(zone.kind == .supply)
    #expect(zone.form == .dropBaseDrop)
    #expect(zone.top == 876)
    #expect(zone.bottom == 872)
  }

  @Test func `counts a visit once, tests and breaks`() throws {
    let proven = fall + [(872, 876, 868, 873), (872, 904, 871, 902)]
    let visited = proven + [(902, 903, 872, 890), (890, 891, 873, 889)]
    let touched = try #require(detector(visited).zones.first)
    #expect(touched.touchCount == 1)
    let left = try #require(detector(visited + [(889, 900, 880, 899)]).zones.first)
    #expect(left.state == .tested)
    #expect(left.confidence < touched.confidence + 0.001)
    #expect(detector(visited + [(889, 890, 860, 861)]).zones.allSatisfy { $0.kind != .demand })
  }

  @Test func `a visit costs confidence when it is over, not while it lasts`() throws {
    let proven = fall + [(872, 876, 868, 873), (872, 904, 871, 902)]
    let fresh = try #require(detector(proven).zones.first)
    let visited = try #require(detector(proven + [(902, 903, 872, 890)]).zones.first)
    let left = try #require(
      detector(proven + [(902, 903, 872, 890), (890, 905, 889, 904)]).zones.first)
    #expect([fresh.isVisited, visited.isVisited, left.isVisited] == [false, true, false])
    #expect(visited.confidence == fresh.confidence)
    #expect(abs(left.confidence - (fresh.confidence - 0.15)) < 1e-9)
  }

  //  = =  (hole)  |    the base is older than it looks
  @Test func `a base is forgotten across a hole`() {
    let rows = fall + [(872, 876, 868, 873), (873, 875, 869, 872), (872, 904, 871, 902)]
    let drawn = candles(rows)
    var detector = ZoneDetector()
    for candle in drawn.dropLast() { detector.update(candle) }
    let leaving = drawn[drawn.count - 1]
    let late = Candle(
      openTime: leaving.openTime + .hours(1), open: leaving.open, high: leaving.high,
      low: leaving.low, close: leaving.close, volume: 1, isClosed: true)
    #expect(detector.update(late) == nil)
  }

  @Test func `a candle of which a part is missing neither makes a zone nor belongs to a base`() {
    let rows = fall + [(872, 876, 868, 873), (872, 904, 871, 902)]
    var made = ZoneDetector()
    var based = ZoneDetector()
    for candle in candles(rows) {
      made.update(candle, isComplete: candle.close != 902)
      based.update(candle, isComplete: candle.close != 873)
    }
    #expect(made.zones == [])
    #expect(based.zones == [])
  }

  //  = =            the base between 868 and 876
  //       |
  //       |         opens 42 above it and falls to 14 above it: nobody bought there
  @Test func `a falling candle above the base proves no demand`() {
    let rows = fall + [(872, 876, 868, 873), (873, 875, 869, 872), (918, 919, 889, 890)]
    #expect(detector(rows).zones == [])
  }

  @Test func `finds nothing in a market that does not leave`() {
    let quiet = (0..<60).map { _ in (100, 102, 98, 101) }
    #expect(detector(quiet).zones == [])
  }
}
