import MarketData
import Testing
import Trading
import Units

/// Candles drawn as open, high, low, close in whole units, one minute each.
func drawn(_ bars: [(Int, Int, Int, Int)], volume: BaseAmount = 1) -> [Candle] {
  bars.enumerated().map { place, bar in
    Candle(
      openTime: Timestamp(milliseconds: Int64(place) * 60_000), open: Price(Fixed(bar.0)),
      high: Price(Fixed(bar.1)), low: Price(Fixed(bar.2)), close: Price(Fixed(bar.3)),
      volume: volume, isClosed: true)
  }
}

/// Fifteen candles of a range of two around a hundred, no swing: the average true range is 2.
let calm = (0..<15).map { _ in (100, 101, 99, 100) }

func minute(_ place: Int) -> Timestamp { Timestamp(milliseconds: Int64(place) * 60_000) }

struct StructureTests {
  //            110 x            swing high, known two candles later
  //      105 +-+   +-+ 105
  //  100 +             + 100
  @Test func `knows a swing when the candles after it have closed`() {
    var structure = MarketStructure(reach: 2)
    let candles = drawn([
      (100, 101, 99, 100), (100, 105, 100, 104), (104, 110, 103, 106), (106, 107, 101, 102),
      (102, 104, 100, 101),
    ])
    let told = candles.map { structure.update($0) }
    let swing = MarketStructure.Swing(isHigh: true, price: 110, openTime: minute(2))
    #expect(told == [[], [], [], [], [.swing(swing)]])
  }

  //                      x 113 closes above the swing high: break of structure, up
  //         110 x       |
  //  100 ..---+  +-- 99 (the last falling candle, 104 to 99, is the order block)
  @Test func `breaks a swing by a close and leaves an order block`() {
    var structure = MarketStructure(reach: 2)
    let candles = drawn(
      calm + [
        (100, 105, 100, 104), (104, 110, 101, 106), (106, 107, 101, 102), (102, 104, 99, 101),
        (101, 114, 101, 113),
      ])
    let told = candles.flatMap { structure.update($0) }
    let swing = MarketStructure.Swing(isHigh: true, price: 110, openTime: minute(16))
    let block = MarketStructure.Area(
      direction: .up, bottom: 99, top: 104, openTime: minute(18))
    #expect(
      told == [
        .swing(swing),
        .broke(
          MarketStructure.Break(
            direction: .up, isChangeOfCharacter: false, swing: swing, openTime: minute(19))),
        .orderBlock(block),
      ])
    #expect(structure.orderBlocks == [block])
  }

  @Test func `touches an order block and forgets it beyond its other end`() {
    var structure = MarketStructure(reach: 2)
    let start = drawn(
      calm + [
        (100, 105, 100, 104), (104, 110, 101, 106), (106, 107, 101, 102), (102, 104, 99, 101),
        (101, 114, 101, 113), (113, 114, 103, 112), (112, 112, 97, 98),
      ])
    for candle in start.dropLast() { _ = structure.update(candle) }
    #expect(structure.orderBlocks.map(\.isTouched) == [true])
    _ = structure.update(start[start.count - 1])
    #expect(structure.orderBlocks == [])
  }

  @Test func `calls the first break against the last one a change of character`() {
    var structure = MarketStructure(reach: 1)
    let candles = drawn([
      (100, 102, 99, 101), (101, 106, 100, 105), (105, 105, 98, 99),  // swing high 106
      (99, 109, 99, 108),  // broken upward; the low 98 is a swing low now
      (108, 110, 104, 105), (105, 106, 95, 96),  // a close below 98
    ])
    let breaks = candles.flatMap { structure.update($0) }.compactMap { event in
      if case .broke(let broken) = event { return broken }
      return nil
    }
    #expect(breaks.map(\.direction) == [.up, .down])
    #expect(breaks.map(\.isChangeOfCharacter) == [false, true])
    #expect(breaks.map(\.swing.price) == [106, 98])
  }

  //  112 +--        the third candle's low 107 does not touch the first one's high 101:
  //  107 +--  gap   from 101 to 107; a later low of 101 fills it
  //  101 --+
  @Test func `finds a gap between three candles until it is filled`() {
    var structure = MarketStructure(reach: 2)
    let candles = drawn(
      calm + [
        (100, 108, 100, 108), (108, 112, 107, 111), (111, 111, 105, 106), (106, 108, 101, 102),
      ])
    var gaps: [[MarketStructure.Area]] = []
    for candle in candles {
      _ = structure.update(candle)
      gaps.append(structure.gaps)
    }
    let gap = MarketStructure.Area(direction: .up, bottom: 101, top: 107, openTime: minute(15))
    #expect(gaps[16] == [gap])
    #expect(gaps[17].map(\.isTouched) == [true])
    #expect(gaps[17].map(\.bottom) == [101])
    #expect(gaps[18] == [])
  }

  @Test func `tells premium from discount between the newest swings`() {
    var structure = MarketStructure(reach: 1)
    #expect(structure.position(of: 100) == nil)
    for candle in drawn([
      (100, 102, 99, 101), (101, 110, 100, 105), (105, 105, 92, 93), (93, 94, 90, 92),
      (92, 97, 91, 96),
    ]) { _ = structure.update(candle) }
    #expect(structure.high?.price == 110)
    #expect(structure.low?.price == 90)
    #expect(structure.position(of: 95) == 0.25)
    #expect(structure.position(of: 105) == 0.75)
  }
}

struct VolumeProfileTests {
  // 190 |#                row 9
  // 180 |###### control   row 8
  // 170 |##               row 7
  // 160 |##               row 6: with rows 7 and 8 ten of fourteen, the value area
  // 150 |                 row 5
  @Test func `finds the point of control and the value area`() throws {
    // One candle in each row of one unit, volumes as drawn.
    let volumes = [1, 1, 0, 0, 1, 0, 2, 2, 6, 1]
    var candles: [Candle] = []
    for (place, volume) in volumes.enumerated() {
      let bottom = 100 + place * 10
      candles += drawn(
        [(bottom, bottom + 10, bottom, bottom + 10)], volume: BaseAmount(Fixed(volume)))
    }
    let profile = try #require(VolumeProfile(candles, rowCount: 10))
    #expect(profile.rows.map { ($0.volume * 1e6).rounded() / 1e6 } == volumes.map { Double($0) })
    #expect(profile.control == 8)
    #expect(profile.pointOfControl == 185)
    #expect(profile.valueArea == 6...8)
    #expect(profile.valueLow == 160)
    #expect(profile.valueHigh == 190)
  }

  @Test func `spreads a candle evenly over its range`() throws {
    let profile = try #require(
      VolumeProfile(drawn([(100, 104, 100, 104)], volume: 8), rowCount: 4))
    #expect(profile.rows.map(\.volume) == [2, 2, 2, 2])
    #expect(profile.total == 8)
  }

  @Test func `is nothing without candles or volume`() {
    #expect(VolumeProfile([Candle]()) == nil)
    #expect(VolumeProfile(drawn([(100, 104, 100, 104)], volume: 0)) == nil)
    #expect(VolumeProfile(drawn([(0, 0, 0, 0)], volume: 1)) == nil)
  }
}
