import MarketData
import TestSupport
import Testing
import Trading
import Units

/// Volume profiles of sessions, drawn as three candles a session.
struct SessionProfileTests {
  private func profile(_ candles: some Collection<Candle>) -> SessionProfile {
    var profile = SessionProfile(session: .minutes(3), rowCount: 4)
    for candle in candles { profile.update(candle) }
    return profile
  }

  //  104 |#           |        |  the session before: most from 100 to 101
  //  101 |#########   |        |
  //  100 |            | ###### |  the one that goes on: most from 98 to 99
  //   98 |            |        |
  @Test func `keeps the profile of the session before beside that of the one that goes on`() {
    let candles = drawn([
      (100, 104, 100, 104), (100, 101, 100, 101), (100, 101, 100, 101),
      (101, 102, 98, 99), (99, 99, 98, 98),
    ])
    let profile = profile(candles)
    #expect(profile.previous == VolumeProfile(candles[..<3], rowCount: 4))
    #expect(profile.current == VolumeProfile(candles[3...], rowCount: 4))
    #expect(profile.previous?.rows.map(\.volume) == [2.25, 0.25, 0.25, 0.25])
    #expect(profile.current?.rows.map(\.volume) == [1.25, 0.25, 0.25, 0.25])
    #expect([profile.previous?.pointOfControl, profile.current?.pointOfControl] == [100.5, 98.5])
    #expect([profile.previous?.valueLow, profile.previous?.valueHigh] == [100, 101])
    #expect(profile.startedAt == minute(3))
    #expect(profile.shareOver == 1.0 / 3)
  }

  @Test func `a session that was not seen from its start on is not known when it is over`() {
    let candles = drawn(Array(repeating: (100, 101, 99, 100), count: 8))
    let known = (1...candles.count).map { profile(candles[..<$0]).isPreviousKnown }
    #expect(known == [false, false, false, true, true, true, true, true])
    let late = (2...candles.count).map { profile(candles[1..<$0]).isPreviousKnown }
    #expect(late == [false, false, false, false, false, true, true])
  }

  @Test func `a session that is missing is not known`() {
    let candles = drawn(Array(repeating: (100, 101, 99, 100), count: 10))
    let hole = profile(candles[..<3] + candles[6..<7])
    #expect(hole.isPreviousKnown == false)
    #expect(hole.previous == nil)
    #expect(profile(candles[..<3] + candles[6...]).isPreviousKnown)
  }

  @Test func `a session without volume is known and has no profile`() {
    let profile = profile(drawn(Array(repeating: (100, 101, 99, 100), count: 4), volume: 0))
    #expect(profile.isPreviousKnown)
    #expect(profile.previous == nil)
    #expect(profile.current == nil)
  }

  @Test(arguments: Seeds.first(12))
  func `after each candle it is the profile of its candles to the last bit`(_ seed: UInt64) {
    let candles = DrawnBars.candles(300, seed: seed)
    var profile = SessionProfile(session: .hours(1))
    for (place, candle) in candles.enumerated() {
      profile.update(candle)
      let start = place / 60 * 60
      #expect(profile.current == VolumeProfile(candles[start...place]))
      let before = start == 0 ? nil : VolumeProfile(candles[(start - 60)..<start])
      #expect(profile.previous == before)
    }
  }
}
