import TestSupport
import Testing
import Trading
import Units

@testable import CandleCache

/// The way from what is kept to an answer, against an exchange that has the candles 0 to 99 and the
/// open one of place 100.
@Suite struct CandleQuestionTests {
  private static let open = Sample.candle(Candles.time(100), 60_007, isClosed: false)
  private static let now = Candles.time(100) + .minutes(4)

  /// What was asked, and the answer.
  private struct Course: Equatable {
    var asked: [Ask] = []
    var answer: [Candle] = []
  }

  /// A request: candles before a place, nil for now.
  private struct Ask: Equatable {
    let before: Int?
    let limit: Int

    init(_ before: Int?, _ limit: Int) {
      self.before = before
      self.limit = limit
    }
  }

  private func course(
    kept: [Candle], before: Int? = nil, _ limit: Int,
    exchange: [Candle] = Candles.row(0..<100) + [open], at moment: Timestamp = now
  ) -> Course {
    var question = CandleQuestion(
      .fifteenMinutes, before: before.map(Candles.time), limit: limit, kept: kept)
    var course = Course()
    while course.asked.count < 20 {
      switch question.next(at: moment) {
      case .done(let candles):
        course.answer = candles
        return course
      case .ask(let before, let limit):
        let place = before.map {
          Int(($0 - Sample.start).milliseconds / TimeSpan.minutes(15).milliseconds)
        }
        course.asked.append(Ask(place, limit))
        question.take(
          exchange.filter { candle in before.map { candle.openTime < $0 } ?? true }
            .suffix(limit))
      }
    }
    return course
  }

  private func newest(_ places: Range<Int>) -> [Candle] { Candles.row(places) + [Self.open] }

  @Test func `with nothing kept everything is asked for at once`() {
    #expect(course(kept: [], 50) == Course(asked: [Ask(nil, 50)], answer: newest(51..<100)))
  }

  @Test func `what is kept is continued from its newest candle on`() {
    #expect(
      course(kept: Candles.row(20..<90), 50)
        == Course(asked: [Ask(nil, 12)], answer: newest(51..<100)))
  }

  @Test func `what is not kept deep enough is asked for behind it`() {
    #expect(
      course(kept: Candles.row(80..<90), 50)
        == Course(asked: [Ask(nil, 12), Ask(80, 29)], answer: newest(51..<100)))
  }

  @Test func `a hole is filled, with the candle beyond it`() {
    #expect(
      course(kept: Candles.row(20..<60) + Candles.row(70..<99), 50)
        == Course(asked: [Ask(nil, 3), Ask(70, 11)], answer: newest(51..<100)))
  }

  @Test func `a hole that the exchange has too is asked for once and stays`() {
    let exchange = Candles.row(0..<60) + Candles.row(70..<100) + [Self.open]
    #expect(
      course(kept: Candles.row(20..<60) + Candles.row(70..<99), 50, exchange: exchange)
        == Course(
          asked: [Ask(nil, 3), Ask(70, 11)],
          answer: Candles.row(41..<60) + newest(70..<100)))
  }

  @Test func `of many holes all of the rest is asked for in the end`() {
    let kept = Candles.row(0..<99).filter {
      ($0.openTime - Sample.start).milliseconds / 900_000 % 5 != 0
    }
    let course = course(kept: kept, 90)
    #expect(course.answer == newest(11..<100))
    #expect(course.asked.count == 8)
    #expect(course.asked.last == Ask(66, 55))
  }

  @Test func `an older question is answered by what is kept alone`() {
    #expect(
      course(kept: Candles.row(20..<90), before: 80, 40)
        == Course(asked: [], answer: Candles.row(40..<80)))
  }

  @Test func `the exchange's newer word on a volume wins`() {
    var kept = Candles.row(20..<90)
    kept[69] = Sample.candle(
      kept[69].openTime, kept[69].open, high: kept[69].high, low: kept[69].low,
      close: kept[69].close, volume: 777)
    #expect(
      course(kept: kept, 50) == Course(asked: [Ask(nil, 12)], answer: newest(51..<100)))
  }

  @Test func `where the exchange has other prices nothing that is kept is believed`() {
    #expect(
      course(kept: Candles.row(20..<90, shift: 1), 50)
        == Course(asked: [Ask(nil, 12), Ask(89, 38)], answer: newest(51..<100)))
  }

  @Test func `candles of a later time than ours are not trusted for the count`() {
    #expect(
      course(kept: Candles.row(20..<90), 50, at: Candles.time(50))
        == Course(asked: [Ask(nil, 50)], answer: newest(51..<100)))
  }

  @Test func `a clock that is behind leaves no hole`() {
    #expect(
      course(kept: Candles.row(20..<90), 50, at: Candles.time(95))
        == Course(asked: [Ask(nil, 7), Ask(94, 5)], answer: newest(51..<100)))
  }

  @Test func `where the exchange's past ends so does the answer`() {
    #expect(course(kept: [], 500) == Course(asked: [Ask(nil, 500)], answer: newest(0..<100)))
    #expect(
      course(kept: Candles.row(0..<100), 500)
        == Course(asked: [Ask(nil, 2), Ask(0, 399)], answer: newest(0..<100)))
  }

  @Test func `an exchange that has none at all is believed`() {
    #expect(
      course(kept: Candles.row(20..<90), 50, exchange: [])
        == Course(asked: [Ask(nil, 12)], answer: []))
  }

  @Test func `whatever is kept, the answer is the one of the exchange`() {
    for seed in UInt64(1)...2_000 {
      var random = SeededRandom(seed: seed)
      let rarity = 1 + random.below(30)
      let closed = Candles.row(0..<100).filter { _ in random.below(rarity + 3) != 0 }
      let exchange = closed + [Self.open]
      var isKept = true
      let kept = closed.filter { _ in
        if random.below(rarity) == 0 { isKept.toggle() }
        return isKept
      }
      let limit = 1 + random.below(130)
      let before = random.below(3) == 0 ? random.below(110) : nil
      let course = course(kept: kept, before: before, limit, exchange: exchange)
      let older = exchange.filter { candle in
        before.map { candle.openTime < Candles.time($0) } ?? true
      }
      #expect(course.answer == Array(older.suffix(limit)), "seed \(seed)")
      #expect(course.asked.count <= 10, "seed \(seed)")
    }
  }
}
