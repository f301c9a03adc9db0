import Exchanges
import TestSupport
import Testing
import Trading
import Units

@testable import CandleCache

@MainActor @Suite struct CachedCandlesTests {
  private let desk = Desk()
  private var folder: CandleFolder { desk.data.folder() }
  private var file: String { "candles/blofin-live/BTC-USDT_1m.candles" }

  @Test func `with an empty cache everything is asked for, and what has closed is kept`() throws {
    desk.start()
    let answers = desk.answers(Desk.question(300))
    #expect(desk.market.takeAsked() == [Desk.question(300)])
    let plain = desk.plain(300)
    #expect(plain.count == 300)
    #expect(plain.last?.isClosed == false)
    #expect(answers == Desk.answer(plain, 1))
    #expect(try folder.read(Desk.topic) == plain.filter(\.isClosed))
    #expect(desk.problems == [])
  }

  @Test func `a start with a cache asks for what is missing since, and is answered in full`() throws
  {
    desk.start()
    _ = desk.answers(Desk.question(300))
    _ = desk.market.takeAsked()
    desk.wait(120_000)
    desk.start()
    let answers = desk.answers(Desk.question(300))
    // The newest that is kept opened a minute before the first run, three and a half before this.
    #expect(desk.market.takeAsked() == [Desk.question(4)])
    let plain = desk.plain(300)
    #expect(answers == Desk.answer(plain, 2))
    #expect(try folder.read(Desk.topic).suffix(299) == plain.filter(\.isClosed)[...])
  }

  @Test func `older candles that are kept are not asked for`() {
    desk.start()
    _ = desk.answers(Desk.question(300))
    _ = desk.market.takeAsked()
    let before = Sample.start - .minutes(60)
    let answers = desk.answers(Desk.question(before: before, 20))
    #expect(desk.market.takeAsked() == [])
    #expect(answers == Desk.answer(desk.plain(before: before, 20), 2))
  }

  @Test func `a hole in the cache is found and filled`() throws {
    let plain = desk.plain(300)
    let holed = plain[0..<100] + plain[110..<298]
    try folder.add(Array(holed), to: Desk.topic)
    desk.start()
    let answers = desk.answers(Desk.question(300))
    #expect(
      desk.market.takeAsked()
        == [Desk.question(3), Desk.question(before: plain[110].openTime, 11)])
    #expect(answers == Desk.answer(plain, 1))
    #expect(try folder.read(Desk.topic) == plain.filter(\.isClosed))
  }

  @Test func `a cache that the exchange contradicts is not believed`() throws {
    let plain = desk.plain(300)
    let other = plain.dropLast().map { candle in
      Sample.candle(candle.openTime, candle.open + 1_000, volume: candle.volume)
    }
    try folder.add(other, to: Desk.topic)
    desk.start()
    let answers = desk.answers(Desk.question(300))
    #expect(
      desk.market.takeAsked()
        == [Desk.question(2), Desk.question(before: plain[298].openTime, 298)])
    #expect(answers == Desk.answer(plain, 1))
    #expect(try folder.read(Desk.topic) == plain.filter(\.isClosed))
  }

  @Test func `a damaged cache is told of once and made anew`() throws {
    let plain = desk.plain(300)
    try folder.add(plain, to: Desk.topic)
    var bytes = try desk.data.bytes(file)
    bytes[bytes.count / 2] ^= 1
    try desk.data.write(bytes, file)
    desk.start()
    let answers = desk.answers(Desk.question(300))
    #expect(
      desk.problems == [
        .damaged(path: "\(desk.data.path)/\(file)", reason: "its check does not fit")
      ])
    #expect(desk.market.takeAsked() == [Desk.question(300)])
    #expect(answers == Desk.answer(plain, 1))
    #expect(try folder.read(Desk.topic) == plain.filter(\.isClosed))
  }

  @Test func `two questions for the same candles follow one another`() {
    desk.start()
    let answers = desk.answers(Desk.question(300), Desk.question(200))
    #expect(desk.market.takeAsked() == [Desk.question(300), Desk.question(2)])
    #expect(answers == Desk.answer(desk.plain(300), 1) + Desk.answer(desk.plain(200), 2))
  }

  @Test func `a disk that hangs holds nobody up for longer than a second`() {
    desk.start(HangingPast())
    #expect(desk.answers(Desk.question(300), within: 999) == [])
    #expect(desk.market.takeAsked() == [])
    let answers = desk.answers(within: 1)
    #expect(desk.market.takeAsked() == [Desk.question(300)])
    #expect(answers == Desk.answer(desk.plain(300), 1))
  }

  @Test func `a refusal is passed on, and nothing is kept`() throws {
    desk.start()
    let answers = desk.answers(.candles("NONE-USDT", .oneMinute, before: nil, limit: 300))
    #expect(
      answers == [
        .outcome(
          RequestID(1),
          .refused(
            Refusal(code: "152014", message: "Instrument ID does not exist", advice: .fixRequest)))
      ])
    #expect(CandleFolder.holdings(data: desk.data.path).fileCount == 0)
  }

  @Test func `everything else passes as it is`() {
    desk.start()
    let answers = desk.answers(
      .instruments, .candles(Sample.btc, .oneMinute, before: nil, limit: 0))
    guard case .market(.instruments(let all)) = answers.first else {
      Issue.record("no instruments: \(answers)")
      return
    }
    #expect(all.count == 10)
    #expect(
      answers.dropFirst() == [
        .outcome(RequestID(1), .confirmed(.done)),
        .market(.candles(Sample.btc, .oneMinute, [])), .outcome(RequestID(2), .confirmed(.done)),
      ])
  }
}
