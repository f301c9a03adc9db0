import TestSupport
import Testing
import Trading
import Units

/// Identifiers, instruments, candles and the small types of the vocabulary.
@Suite struct VocabularyTests {
  @Test func `client order ids are accepted by the exchange, unique and in order`() {
    let run = RunID(prefix: "d", startedAt: Timestamp(year: 2026, month: 3, day: 31))
    let numbers: [UInt64] = [0, 1, 35, 36, 1_295, 1_296, 1_000_000, 2_176_782_335]
    let ids = numbers.map { ClientOrderID(run: run, sequence: $0) }
    #expect(ids.allSatisfy { $0.isAcceptable })
    #expect(ids == ids.sorted())
    #expect(Set(ids).count == ids.count)
    #expect(ids[0].text == run.text + "000000")
    #expect(ids.allSatisfy { $0.text.hasPrefix("d") })
  }

  @Test func `even the largest sequence number makes an acceptable id`() {
    let run = RunID(prefix: "l", startedAt: .latestPlausible)
    #expect(ClientOrderID(run: run, sequence: .max).isAcceptable)
  }

  @Test func `an id tells when its run began, and a foreign one nothing`() {
    let start = Timestamp(year: 2026, month: 3, day: 31)
    let id = ClientOrderID(run: RunID(prefix: "d", startedAt: start), sequence: 7)
    #expect(id.runStartedAt == start)
    for foreign in ["", "abc", "manual_entry_from_the_app", "d00000000000001"] {
      #expect(ClientOrderID(trusted: foreign).runStartedAt == nil)
    }
  }

  @Test func `runs that start at different milliseconds have different ids`() {
    let start = Timestamp(year: 2026, month: 1, day: 1)
    #expect(
      RunID(prefix: "p", startedAt: start)
        != RunID(prefix: "p", startedAt: start + .milliseconds(1))
    )
    #expect(RunID(prefix: "p", startedAt: start) != RunID(prefix: "l", startedAt: start))
    #expect(
      RunID(prefix: "p", startedAt: start) < RunID(prefix: "p", startedAt: start + .days(1_000)))
  }

  @Test(arguments: [
    ("", false), ("a", true), ("Z_9", true), ("a-b", false), ("a b", false), ("é", false),
    ("a\n", false), ("12345678901234567890123456789012", true),
    ("123456789012345678901234567890123", false),
  ])
  func `an id outside the exchange's rules is not acceptable`(_ text: String, _ accepted: Bool) {
    #expect((ClientOrderID(text)?.isAcceptable ?? false) == accepted)
  }

  @Test func `an instrument knows its coin by its name`() {
    #expect(InstrumentID("BTC-USDT").baseText == "BTC")
    #expect(InstrumentID("1000PEPE-USDT").baseText == "1000PEPE")
    #expect(InstrumentID("ODD").baseText == "ODD")
  }

  @Test(arguments: [
    ("0.1", 1), ("0.5", 1), ("0.05", 2), ("1", 0), ("10", 0), ("0.00000001", 8),
    ("0.000000000000000001", 18), ("2.5", 1),
  ])
  func `decimals follow from the step`(_ step: String, _ decimals: Int) throws {
    let instrument = try #require(Self.instrument(tick: Price(text: step)))
    #expect(instrument.priceDecimals == decimals)
  }

  @Test func `an instrument with a step or size of zero or less is refused`() {
    #expect(Self.instrument() != nil)
    #expect(Self.instrument(tick: 0) == nil)
    #expect(Self.instrument(tick: "-0.1") == nil)
    #expect(Self.instrument(lot: 0) == nil)
    #expect(Self.instrument(contractValue: 0) == nil)
    #expect(Self.instrument(minimum: 0) == nil)
    #expect(Self.instrument(leverage: 0) == nil)
  }

  @Test func `contracts have coins and a value`() throws {
    let instrument = try #require(Self.instrument())
    #expect(instrument.baseAmount(of: 12) == "0.012")
    #expect(instrument.notional(of: 12, at: "94321.5") == "1131.858")
  }

  @Test(arguments: TimeFrame.allCases)
  func `a candle opens at the last boundary of its frame`(_ frame: TimeFrame) {
    let moment = Timestamp(
      year: 2026, month: 3, day: 31, hour: 23, minute: 59, second: 59, millisecond: 999)
    let open = frame.openTime(of: moment)
    #expect(open <= moment && moment < open + frame.span)
    #expect(frame.openTime(of: open) == open)
    #expect(frame.openTime(of: open - .milliseconds(1)) == open - frame.span)
    if frame.span <= .days(1) { #expect(open.start(of: .days(1)) == moment.start(of: .days(1))) }
  }

  @Test func `a week opens on Monday`() {
    // 2026-03-30 was a Monday, 1969-12-29 too.
    let monday = Timestamp(year: 2026, month: 3, day: 30)
    for day in 0..<7 {
      let moment = monday + .days(Int64(day)) + .hours(13)
      #expect(TimeFrame.oneWeek.openTime(of: moment) == monday)
    }
    #expect(TimeFrame.oneWeek.openTime(of: monday - .milliseconds(1)) == monday - .days(7))
    #expect(
      TimeFrame.oneWeek.openTime(of: Timestamp(milliseconds: 0))
        == Timestamp(year: 1969, month: 12, day: 29))
  }

  @Test func `a candle is consistent when its ends enclose the rest`() {
    let examples: [(Price, Price, Price, Price, BaseAmount, Bool)] = [
      ("10", "12", "9", "11", "5", true), ("10", "10", "10", "10", "0", true),
      ("10", "9", "8", "8.5", "5", false), ("10", "12", "10.5", "11", "5", false),
      ("10", "12", "9", "12.5", "5", false), ("10", "12", "9", "8", "5", false),
      ("0", "12", "0", "11", "5", false), ("10", "12", "-1", "11", "5", false),
      ("10", "12", "9", "11", "-5", false),
    ]
    for (open, high, low, close, volume, isConsistent) in examples {
      let candle = Candle(
        openTime: Timestamp(milliseconds: 0), open: open, high: high, low: low, close: close,
        volume: volume, isClosed: true)
      #expect(candle.isConsistent == isConsistent)
    }
  }

  @Test func `sides have opposites and orders that open and close them`() {
    for side in OrderSide.allCases { #expect(side.opposite.opposite == side) }
    for side in PositionSide.allCases {
      #expect(side.opposite != side)
      #expect(side.openingSide == side.closingSide.opposite)
      #expect(side.openingSide == side.opposite.closingSide)
    }
    #expect(PositionSide.long.openingSide == .buy)
  }

  @Test func `only a market order has no limit price`() {
    #expect(OrderType.market.limitPrice == nil)
    for type in [OrderType.limit(7), .postOnly(7), .fillOrKill(7), .immediateOrCancel(7)] {
      #expect(type.limitPrice == 7)
    }
  }

  @Test(arguments: Seeds.first(50))
  func `a recent list keeps the newest in order`(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let capacity = 1 + random.below(9)
    var list = RecentList<Int>(capacity: capacity)
    var all: [Int] = []
    var appended: UInt64 = 0
    for _ in 0..<60 {
      switch random.below(12) {
      case 0:
        list.removeAll()
        all = []
      case 1:
        let replacement = (0..<random.below(15)).map { _ in random.below(100) }
        list.replace(with: replacement)
        all = replacement
        appended += UInt64(replacement.count)
      default:
        let element = random.below(100)
        list.append(element)
        all.append(element)
        appended += 1
      }
      #expect(Array(list) == Array(all.suffix(capacity)))
      #expect(list.appendedCount == appended)
    }
  }

  private static func instrument(
    tick: Price = "0.1", lot: Contracts = "0.1", contractValue: BaseAmount = "0.001",
    minimum: Contracts = "0.1", leverage: Leverage = 150
  ) -> Instrument? {
    Instrument(
      id: InstrumentID("BTC-USDT"), baseCurrency: "BTC", quoteCurrency: "USDT",
      contractValue: contractValue, tickSize: tick, lotSize: lot, minimumContracts: minimum,
      maximumLimitContracts: 100_000, maximumMarketContracts: 50_000, maximumLeverage: leverage,
      status: .live)
  }
}
