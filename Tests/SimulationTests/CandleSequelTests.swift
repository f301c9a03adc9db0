import Simulation
import TestSupport
import Testing
import Trading
import Units

/// A file of candles goes on with its own market and without a hole, or not at all.
@Suite struct CandleSequelTests {
  private let start = Sample.start.start(of: .hours(1))
  private var last: Candle {
    Sample.candle(start, 60_000, high: 60_100, low: 59_900, close: 60_050)
  }
  private var sequel: CandleSequel { CandleSequel(from: last, .oneHour) }
  private func candle(_ hour: Int64, _ price: Price, isClosed: Bool = true) -> Candle {
    Sample.candle(start + .hours(hour), price, isClosed: isClosed)
  }

  @Test func `what is behind the last candle goes on, without the open one`() throws {
    let answer = [candle(-1, 59_000), last, candle(1, 60_060), candle(2, 60_070, isClosed: false)]
    #expect(try sequel.fresh(in: answer) == [candle(1, 60_060)])
    #expect(try sequel.fresh(in: [last]) == [])
    #expect(try sequel.fresh(in: []) == [])
    #expect(try sequel.fresh(in: [candle(-3, 59_000)]) == [], "it ends before the file")
  }

  @Test func `candles of another market are refused`() {
    let other = candle(0, 3_000)
    #expect(throws: CandleSequelProblem.differs(kept: last, found: other)) {
      try sequel.fresh(in: [other, candle(1, 3_010)])
    }
    #expect(
      CandleSequelProblem.differs(kept: last, found: other).description
        == "holds another market: its candle of \(start.dateText) \(start.timeText) UTC closes at "
        + "60050 (high 60100, low 59900), what was read at 3000 (high 3000, low 3000): nothing was "
        + "written. Name another file")
  }

  @Test func `an answer that begins behind the last candle is refused`() {
    #expect(
      throws: CandleSequelProblem.startsLater(last: start, first: start + .hours(2))
    ) { try sequel.fresh(in: [candle(2, 60_060), candle(3, 60_070)]) }
  }

  @Test func `so many are asked for that the last one is among them, or none`() throws {
    #expect(try sequel.count(at: start - .hours(5)) == 2)
    #expect(try sequel.count(at: start + .minutes(90)) == 3)
    let most = Int64(CandleSequel.limit - 2)
    #expect(try sequel.count(at: start + .hours(most)) == CandleSequel.limit)
    #expect(
      throws: CandleSequelProblem.tooLong(
        from: start, count: most + 1, limit: CandleSequel.limit)
    ) { try sequel.count(at: start + .hours(most + 1)) }
  }
}
