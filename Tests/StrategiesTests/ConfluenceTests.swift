import Strategies
import Testing
import Trading
import Units

/// Agreements of analysers, drawn candle by candle.
struct ConfluenceTests {
  /// A strategy to which only one analyser counts.
  private func only(_ path: WritableKeyPath<Confluence.Weights, Int>) -> Confluence {
    var weights = Confluence.Weights()
    for other in [
      \Confluence.Weights.trend, \.momentum, \.flow, \.strength, \.zone, \.structure, \.profile,
      \.wave, \.divergence, \.level, \.session, \.bands,
    ] { weights[keyPath: other] = other == path ? 1 : 0 }
    return Confluence(
      Confluence.Settings(
        timeFrame: .oneHour, weights: weights, thresholdPercent: 50, profileCandles: 20))
  }

  /// The last lines of what an analyser told candle by candle.
  private func told(
    _ path: WritableKeyPath<Confluence.Weights, Int>, _ rows: [Row], last count: Int
  ) -> [String?] {
    var drawing = Drawing(.oneHour)
    drawing.draw(rows)
    var strategy = only(path)
    return Array(
      drawing.candles.map { candle in
        _ = strategy.take([candle], of: .oneHour)
        return strategy.line("of weight 1: ")
      }.suffix(count))
  }

  /// Hours that rise and fall by five.
  private func still(_ count: Int) -> [Row] {
    (0..<count).map { $0 % 2 == 0 ? (1_000, 1_006, 999, 1_005) : (1_005, 1_006, 999, 1_000) }
  }

  /// Hours that go from a price by so much each.
  private func way(from start: Int, by step: Int, _ count: Int) -> [Row] {
    (0..<count).map { place in
      let (open, close) = (start + step * place, start + step * (place + 1))
      return (open, max(open, close) + 1, min(open, close) - 1, close)
    }
  }

  @Test func `in a market that never moved no analyser speaks for a side`() {
    var strategy = Confluence(Confluence.Settings(timeFrame: .oneHour, thresholdPercent: 1))
    // The averages of a tenth differ in their last digits.
    for place in 0..<400 {
      let candle = Candle(
        openTime: Timestamp(milliseconds: Int64(place) * 3_600_000), open: "0.1", high: "0.1",
        low: "0.1", close: "0.1", volume: 1, isClosed: true)
      #expect(strategy.take([candle], of: .oneHour) == [[]])
    }
    #expect(
      strategy.why().lines == [
        "enter when the analysers agree: no",
        "+ no position: none",
        "> agreement from 1 %: 0 %",
        "- stop and target possible: no, without a stop, the price at 0.1",
        "  trend 0 of weight 22: EMA(50) 0.1, EMA(200) 0.1",
        "  momentum 0 of weight 16: MACD histogram 0",
        "  flow 0 of weight 14: money flow 0",
        "  strength 0 of weight 12: RSI 50",
        "  zone 0 of weight 6: in no zone",
        "  structure 0 of weight 12: no break yet, no range",
        "  profile 0 of weight 8: value 0.1 to 0.1, most at 0.1, over 96 candles",
        "  wave 0 of weight 5: no crossing, wave 0, signal 0",
        "  divergence 0 of weight 5: none, RSI 50",
      ])
  }

  @Test func `the weights that are not stated make a hundred`() {
    #expect(Confluence.Weights().total == 100)
    #expect(Confluence().warmUp == 200)
  }

  //  904      |
  //  876    = |  \      |        demand from 830 to 873: a long wick below its base
  //  872         \    =         supply from 868 to 872
  //  830    |          |
  @Test func `a price in demand and in supply counts the difference of the confidences`() {
    let rows: [Row] =
      way(from: 1_000, by: -8, 16) + [
        (872, 876, 830, 873), (872, 904, 871, 902), (902, 903, 884, 885), (885, 886, 868, 869),
        (869, 872, 866, 868), (868, 869, 845, 846), (846, 871, 845, 870),
      ]
    #expect(
      told(\.zone, rows, last: 2) == [
        "  zone +88 of weight 1: in demand 830 to 873 of 88 %",
        "  zone +9 of weight 1: in demand 830 to 873 of 88 % and supply 868 to 872 of 79 %",
      ])
  }

  //        /\  /
  //    /\/    \/  \
  //  /              \  closes below the low between the highs
  @Test func `structure is the newest break and the place in the range`() {
    let rise =
      way(from: 100, by: 4, 6) + way(from: 124, by: -4, 4) + way(from: 108, by: 6, 8)
      + way(from: 156, by: -4, 4) + way(from: 140, by: 5, 5)
    #expect(
      told(\.structure, rise, last: 3) == [
        "  structure +56 of weight 1: break of structure up at 125, "
          + "price at 89 % of the range (premium)",
        "  structure +50 of weight 1: break of structure up at 157, "
          + "price at 117 % of the range (premium)",
        "  structure +50 of weight 1: break of structure up at 157, "
          + "price at 144 % of the range (premium)",
      ])
    #expect(
      told(\.structure, rise + way(from: 165, by: -7, 9), last: 1) == [
        "  structure -13 of weight 1: change of character down at 139, "
          + "price at -137 % of the range (discount)"
      ])
  }

  //  110      |       105: above the value area
  //  100 ####|####
  //   90      |        95: below it
  @Test func `profile is the place of the price in the value area`() {
    let rows: [Row] =
      Array(repeating: (100, 101, 99, 100), count: 15)
      + Array(repeating: (100, 110, 90, 100), count: 5)
    let told = [
      told(\.profile, rows, last: 1), told(\.profile, rows + [(100, 105, 99, 105)], last: 1),
      told(\.profile, rows + [(100, 101, 95, 95)], last: 1),
    ]
    #expect(
      told == [
        [
          "  profile -33 of weight 1: value 99.1667 to 101.6667, most at 99.5833, over 20 candles"
        ],
        [
          "  profile +100 of weight 1: value 98.3333 to 101.6667, most at 99.5833, over 20 candles"
        ],
        [
          "  profile -100 of weight 1: value 98.3333 to 101.6667, most at 99.5833, over 20 candles"
        ],
      ])
  }

  @Test func `a crossing of the wave trend counts where it is oversold, and fades`() {
    let rows = still(50) + way(from: 1_000, by: -20, 14) + way(from: 720, by: 12, 10)
    let told = told(\.wave, rows, last: 11).map { $0?.prefix { $0 != "," } }
    #expect(
      told.prefix(2) == [
        "  wave +75 of weight 1: crossed up", "  wave +63 of weight 1: crossed up",
      ])
    #expect(told.last == "  wave 0 of weight 1: no crossing")
  }

  //  \
  //   \  /\      the second low is lower,
  //    \/  \  /  its relative strength higher
  //        \/
  @Test func `a divergence counts when it is known, and fades`() {
    let rows =
      still(20) + way(from: 1_000, by: -20, 6) + way(from: 880, by: 12, 5)
      + way(from: 940, by: -10, 7) + way(from: 870, by: 12, 13)
    let told = told(\.divergence, rows, last: 13).map { $0?.prefix { $0 != "," } }
    #expect(
      told.prefix(3) == [
        "  divergence 0 of weight 1: none", "  divergence +100 of weight 1: bullish now",
        "  divergence +90 of weight 1: bullish 1 candle ago",
      ])
    #expect(told.last == "  divergence 0 of weight 1: none")
  }

  //  1062       |        |      the band of both swing highs, a resistance
  //  1060   |  / \  __/  |\__   broken by the close at 1085: a support
  //        / \/   \/
  @Test func `level is the nearest support against the nearest resistance`() {
    let rows: [Row] =
      Array(repeating: (1_000, 1_010, 990, 1_000), count: 15) + [
        (1_000, 1_020, 1_000, 1_015), (1_015, 1_040, 1_010, 1_035), (1_035, 1_060, 1_030, 1_050),
        (1_050, 1_052, 1_025, 1_030), (1_030, 1_035, 1_010, 1_015), (1_015, 1_020, 1_000, 1_005),
        (1_005, 1_025, 1_000, 1_020), (1_020, 1_040, 1_015, 1_035), (1_035, 1_062, 1_030, 1_045),
        (1_045, 1_050, 1_025, 1_030), (1_030, 1_035, 1_010, 1_012), (1_012, 1_018, 1_002, 1_010),
        (1_010, 1_055, 1_008, 1_050), (1_050, 1_090, 1_048, 1_085), (1_085, 1_088, 1_060, 1_065),
      ]
    #expect(
      told(\.level, rows, last: 5) == [
        "  level 0 of weight 1: no support, no resistance",
        "  level 0 of weight 1: no support, "
          + "resistance 1060 to 1062 of 75 % (2 touches) 2.2 ranges away",
        "  level -44 of weight 1: no support, "
          + "resistance 1060 to 1062 of 75 % (2 touches) 0.4 ranges away",
        "  level +4 of weight 1: "
          + "support 1060 to 1062 of 37 % (2 touches, just turned) 0.9 ranges away, no resistance",
        "  level +33 of weight 1: "
          + "support 1060 to 1062 of 37 % (2 touches, just turned) 0.1 ranges away, no resistance",
      ])
  }

  //  1010 |          |      1004: the upper end of the value area of the first day
  //  1000 |##########|###_/
  //   990 |##########|      the second day, from midnight to noon
  @Test func `session goes over from the day before to the day that goes on`() {
    let rows: [Row] =
      Array(repeating: (1_000, 1_010, 990, 1_000), count: 24) + [(1_000, 1_004, 998, 1_003)]
      + Array(repeating: (1_003, 1_005, 1_001, 1_003), count: 11) + [(1_003, 1_020, 1_003, 1_020)]
    let told = told(\.session, rows, last: 14)
    let before = "the day before value 990 to 1004.17, most at 990.4167; "
    #expect(
      [told[0], told[1], told[2], told[13]] == [
        nil,
        "  session +84 of weight 1: " + before
          + "0 % of this day value 998 to 1002.25, most at 998.125",
        "  session +80 of weight 1: " + before
          + "4 % of this day value 1000.92 to 1004.71, most at 1001.94",
        "  session +100 of weight 1: " + before
          + "50 % of this day value 1000.75 to 1004.42, most at 1003.04",
      ])
  }

  @Test func `bands are the surplus of the readings for either side`() {
    let rise = way(from: 1_000, by: 5, 60)
    #expect(
      told(\.bands, rise + way(from: 1_300, by: -5, 12), last: 1)
        + told(\.bands, way(from: 1_000, by: 5, 80), last: 1) == [
          "  bands -58 of weight 1: 2 readings for the bulls, 9 for the bears, of 12",
          "  bands +67 of weight 1: 8 readings for the bulls, 0 for the bears, of 12",
        ])
  }

  @Test func `levels, sessions and bands do not speak in a market that never moved`() {
    for path in [\Confluence.Weights.level, \.session, \.bands] {
      let rows: [Row] = Array(repeating: (1_000, 1_000, 1_000, 1_000), count: 60)
      #expect(told(path, rows, last: 1).map { $0?.contains(" 0 of weight 1: ") } == [true])
    }
  }

  @Test func `an analyser without a weight is neither told of nor waited for`() {
    let weights = Confluence.Weights(level: 1, session: 1, bands: 1)
    let settings = [Confluence.Weights(), weights].map {
      Confluence.Settings(timeFrame: .fiveMinutes, weights: $0)
    }
    #expect(settings.map { Confluence($0).warmUp } == [200, 576])
    #expect(settings.map(\.weights.total) == [100, 103])
  }

  @Test func `buys a rise that most agree on, the stop two ranges away, after the warm-up`() {
    var drawing = Drawing(.oneHour)
    drawing.draw(
      (0..<260).map { place -> Row in
        let (open, close) = (1_000 + place * place / 20, 1_000 + (place + 1) * (place + 1) / 20)
        return (open, close + 1, open - 1, close)
      })
    var strategy = Confluence(Confluence.Settings(timeFrame: .oneHour))
    let wishes = strategy.take(drawing.candles, of: .oneHour)
    #expect(wishes.firstIndex { !$0.isEmpty } == strategy.warmUp - 1)
    #expect(
      wishes.last == [
        .open(
          OpeningWish(
            side: .long, size: .riskShare("0.0072"), stop: .stop(Trigger(triggerPrice: "4326.6")),
            takeProfit: Trigger(triggerPrice: "4497.5"),
            reason: "agreement 72 %: trend 100, momentum 100, flow 100, strength 100, profile 100, "
              + "zone 0, structure 0, wave 0, divergence 0"))
      ])
    #expect(
      strategy.why().lines[...3] == [
        "enter when the analysers agree: yes",
        "+ no position: none",
        "+ agreement from 70 %: 72 % long",
        "+ stop and target possible: stop 4326.6, target 4497.5",
      ])
    #expect(
      strategy.line("trend") == "  trend +100 of weight 22: EMA(50) 3803.93, EMA(200) 2604.74")
  }

  @Test func `a reason begins with what brings most for the side, not with the loudest against`() {
    var drawing = Drawing(.oneHour)
    drawing.draw(way(from: 1_000, by: 5, 260) + way(from: 2_300, by: -5, 12))
    // The readings turned with the price; only the averages still speak for the rise, loudest.
    var strategy = Confluence(
      Confluence.Settings(
        timeFrame: .oneHour,
        weights: Confluence.Weights(
          trend: 1, momentum: 0, flow: 0, strength: 3, zone: 0, structure: 0, profile: 0, wave: 0,
          divergence: 0, bands: 50), thresholdPercent: 1, profileCandles: 20))
    let wishes = strategy.take(drawing.candles, of: .oneHour)
    guard case .open(let wish)? = wishes.last?.first else {
      Issue.record("nothing was wished: \(strategy.why().lines)")
      return
    }
    #expect(wish.side == .short)
    let names = wish.reason.split(separator: ":")[1].split(separator: ",").map {
      $0.split(separator: " ")[0]
    }
    #expect(names.first == "bands")
    #expect(names.last == "trend")
  }

  @Test func `before the warm-up is over it says how much of it is`() {
    var drawing = Drawing(.oneHour)
    drawing.draw(still(50))
    var strategy = Confluence(Confluence.Settings(timeFrame: .oneHour))
    #expect(strategy.take(drawing.candles, of: .oneHour).flatMap { $0 } == [])
    #expect(
      strategy.why().lines == [
        "enter when the analysers agree: no", "> warm-up over: no, 50 of 200 candles",
      ])
  }
}
