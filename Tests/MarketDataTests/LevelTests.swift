import MarketData
import TestSupport
import Testing
import Trading
import Units

/// Support and resistance, drawn candle by candle; swings of two candles on each side.
struct LevelTests {
  //  106             x        the second swing high, at 22: with the first one the resistance
  //  105    x       / \       the first swing high, at 16
  //        / \     /   \___
  //  100 .-   \   /
  //   97       \_x            a swing low, alone
  private let twoHighs =
    calm + [
      (100, 103, 100, 102), (102, 105, 102, 104), (104, 104, 101, 102), (102, 103, 100, 101),
      (101, 102, 98, 99), (99, 101, 97, 100), (100, 103, 99, 102), (102, 106, 101, 104),
      (104, 105, 102, 103), (103, 104, 100, 101),
    ]

  //  110              x
  //  108           _/  \    /  the close at 27 breaks the resistance: a support
  //  106 ------\--/------\/---- the wick above it at 26 does not
  //  105 -------\/-------x----- the low at 29, known at 31: it has held
  private var turned: [(Int, Int, Int, Int)] {
    twoHighs + [
      (101, 104, 100, 103), (103, 108, 103, 106), (106, 109, 106, 108), (108, 110, 107, 109),
      (109, 109, 105, 107), (107, 110, 106, 109), (109, 112, 108, 111),
    ]
  }

  /// What is told after each candle.
  private func told(_ rows: [(Int, Int, Int, Int)]) -> [[Level]] {
    var detector = LevelDetector(reach: 2)
    return drawn(rows).map { candle in
      detector.update(candle)
      return detector.levels
    }
  }

  @Test func `two swing highs within half a range are a resistance once both are known`() {
    let told = told(twoHighs)
    #expect(told[..<24] == Array(repeating: [], count: 24)[...])
    #expect(
      told[24] == [
        Level(.resistance, bottom: 105, top: 106, beganAt: minute(16), touchCount: 2)
      ])
  }

  @Test func `a close beyond it turns a resistance into a support, which holds at the next low`() {
    let told = told(turned)
    #expect(
      [told[26], told[27], told[30], told[31]] == [
        [
          Level(.resistance, bottom: 105, top: 106, beganAt: minute(16), touchCount: 2, age: 2)
        ],
        [
          Level(
            .support, bottom: 105, top: 106, beganAt: minute(16), touchCount: 2,
            brokenAt: minute(27), hasHeld: false, age: 3)
        ],
        [
          Level(
            .support, bottom: 105, top: 106, beganAt: minute(16), touchCount: 2,
            brokenAt: minute(27), hasHeld: false, age: 6)
        ],
        [
          Level(
            .support, bottom: 105, top: 106, beganAt: minute(16), touchCount: 3,
            brokenAt: minute(27))
        ],
      ])
  }

  @Test func `a level that is broken again before it has held is gone`() {
    #expect(told(Array(turned[...27]) + [(108, 108, 102, 103)]).last == [])
  }

  @Test func `a level that has held is turned around again by a break`() {
    #expect(
      told(turned + [(111, 111, 102, 103)]).last == [
        Level(
          .resistance, bottom: 105, top: 106, beganAt: minute(16), touchCount: 3,
          brokenAt: minute(32), hasHeld: false, age: 1)
      ])
  }

  @Test func `a support mirrors a resistance`() {
    // The same candles upside down around a hundred.
    let mirrored = turned.map { (200 - $0.0, 200 - $0.2, 200 - $0.1, 200 - $0.3) }
    #expect(
      told(mirrored).last == [
        Level(
          .resistance, bottom: 94, top: 95, beganAt: minute(16), touchCount: 3,
          brokenAt: minute(27))
      ])
  }

  @Test func `a swing farther than half a range away begins another level`() {
    // The second swing high at 108: three above the first, the range is below three.
    var rows = twoHighs
    rows[22] = (102, 108, 101, 104)
    #expect(told(rows).last == [])
  }

  @Test func `a level is forgotten five hundred candles after its last touch`() {
    let still = Array(repeating: (101, 101, 101, 101), count: 501)
    let told = told(twoHighs + still)
    #expect(
      told[told.count - 2] == [
        Level(.resistance, bottom: 105, top: 106, beganAt: minute(16), touchCount: 2, age: 500)
      ])
    #expect(told.last == [])
  }

  @Test func `strength comes from touches and freshness, half of it before it has held`() {
    func strength(_ touchCount: Int, age: Int = 0, hasHeld: Bool = true) -> Double {
      Level(
        .support, bottom: 99, top: 100, beganAt: minute(0), touchCount: touchCount,
        hasHeld: hasHeld, age: age
      ).strength
    }
    #expect(
      [
        strength(2), strength(4), strength(9), strength(4, age: 250), strength(4, age: 500),
        strength(2, hasHeld: false),
      ] == [0.75, 1, 1, 0.75, 0.5, 0.375])
  }

  @Test func `the nearest level counts the way from the side that it is approached from`() {
    func level(_ role: Level.Role, _ bottom: Price, _ top: Price, _ touchCount: Int) -> Level {
      Level(role, bottom: bottom, top: top, beganAt: minute(0), touchCount: touchCount)
    }
    let levels = [
      level(.support, 90, 91, 2), level(.support, 100, 101, 2), level(.support, 99, 101, 3),
      level(.resistance, 110, 111, 2),
    ]
    let nearest = [
      levels.nearest(.support, to: 105), levels.nearest(.support, to: 92),
      levels.nearest(.resistance, to: 92), levels.dropLast().nearest(.resistance, to: 92),
    ]
    #expect(nearest == [levels[2], levels[2], levels[3], nil])
    let ways = [105, 101, 98].map { levels[1].way(from: $0) }
    #expect(ways + [105, 110, 112].map { levels[3].way(from: $0) } == [4, 0, 0, 5, 0, 0])
  }

  @Test(arguments: Seeds.first(12))
  func `levels rest on known swings alone, are bounded, and the same wherever a series is cut`(
    _ seed: UInt64
  ) {
    let candles = DrawnBars.candles(3_000, seed: seed)
    var random = SeededRandom(seed: seed)
    let cut = random.below(candles.count)
    var structure = MarketStructure()
    var known: Set<MarketStructure.Swing> = []
    var detector = LevelDetector()
    var continued: LevelDetector?
    for (place, candle) in candles.enumerated() {
      for case .swing(let swing) in structure.update(candle) { known.insert(swing) }
      detector.update(candle)
      if place == cut { continued = detector } else { continued?.update(candle) }
      guard place % 100 == 0 else { continue }
      let prices = Set(known.map(\.price))
      let times = Set(known.map(\.openTime))
      #expect(detector.levels.count <= LevelDetector.capacity)
      #expect(
        detector.levels.allSatisfy { level in
          prices.contains(level.bottom) && prices.contains(level.top)
            && times.contains(level.beganAt) && level.age <= LevelDetector.life
            && level.touchCount >= 2 && (0...1).contains(level.strength)
        })
    }
    #expect(!detector.levels.isEmpty)
    #expect(continued?.levels == detector.levels)
  }
}
