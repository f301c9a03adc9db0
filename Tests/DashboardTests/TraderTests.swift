import AccountData
import Engine
import MarketData
import Risk
import Screen
import Strategies
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// A rule that waits for much.
private struct Waiting: Strategy {
  static let goal =
    "a long where the price is back at the zone that it left upward after a base of candles"

  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] { [] }

  func why() -> Explanation {
    Explanation(
      goal: Self.goal, conditions: [.init("a zone is near", value: "none", isMet: false)])
  }
}

/// What a person who trades by the screen must be able to read from it.
struct TraderTests {
  /// A desk with a line typed.
  private func typed(_ line: String) -> Desk {
    var desk = Desk.trading()
    desk.press(":")
    desk.type(line)
    return desk
  }

  @Test(arguments: [
    ("close btc 25%", "sell 2.5 of 10 BTC-USDT at market, reduce-only, near +1.25 USDT"),
    ("stop btc 58000", "stop of BTC-USDT at 58,000.0, for all 10: -15.00 USDT before fees"),
    ("trail btc 1%", "follows the mark, at first near 59,400.0: -1.00 USDT before fees"),
    // Between two ticks: the one toward safety, where the engine places it.
    ("trail btc 0.1234%", "follows the mark, at first near 59,926.0: +4.26 USDT before fees"),
  ])
  func `what Enter would do is told in the numbers of the position`(line: String, hint: String) {
    let desk = typed(line)
    #expect(desk.frame(120, 40).text.contains(hint), "\(desk.frame(120, 40).text)")
    // Nothing of it is cut on a narrower screen.
    let narrow = desk.frame(80, 24).text.split(whereSeparator: \.isWhitespace)
    for word in hint.split(separator: " ") { #expect(narrow.contains(word), "\(word)") }
  }

  @Test func `liquidation between two ticks is never shown farther away than it is`() {
    var desk = Desk.idle()
    desk.take(
      .account(
        .positions([
          Sample.position(liquidation: "53_812.43".price),
          Sample.position(
            "8", Sample.ether, side: .short, contracts: 50, entry: 2_985, mark: 3_000,
            liquidation: "3_268.257".price),
        ])))
    desk.refresh()
    desk.press(.function(4))
    let text = desk.frame(200, 60).text
    #expect(text.contains("53,812.5") && text.contains("3,268.25 "), "\(text)")
  }

  @Test func `every command that Tab knows is listed at 80 columns`() {
    let text = typed("").frame(80, 24).text.split(whereSeparator: \.isWhitespace)
    for verb in LineGrammar.verbs { #expect(text.contains { $0 == verb }, "\(verb)") }
  }

  @Test func `Tab completes the names of strategies`() {
    let completion = LineCompletion(
      "strategy z", markets: ["BTC"], strategies: ["zones", "dip"])
    #expect(completion.candidates == ["zones"])
  }

  @Test func `an alert is removed by the words of the second terminal as well`() throws {
    #expect(try LineParser.parse("alert remove 7") == LineParser.parse("unalert 7"))
  }

  @Test func `what was wrong with a line is gone once another one worked`() {
    var desk = typed("foo")
    desk.press(.enter)
    #expect(desk.model.toast?.text == "`foo` is no command; help lists them")
    desk.press(.control("u"))
    desk.type("go eth")
    // It stays as long as the line is typed, at most.
    desk.model.say("`foo` is no command; help lists them")
    desk.press(.enter)
    #expect(desk.model.toast == nil)
    #expect(desk.model.instrument == Sample.eth)
  }

  @Test func `a note and a size that were typed are confirmed, and a note has no units`() {
    var desk = Desk.trading()
    desk.press("n")
    desk.type("text")
    desk.press(.tab)
    #expect(desk.model.toast?.text == "Tab: only a size has units")
    expect(desk.press(.enter), count: 1)
    #expect(desk.model.toast?.text == "noted")
    desk.press("=")
    desk.type("50")
    desk.press(.enter)
    #expect(desk.model.toast?.text == "working size \(desk.model.workingText)")
  }

  @Test func `requests that are kept for exits are not shown as used`() {
    var desk = Desk.trading()
    desk.take(
      .budget([RequestBudget(scope: "user", remaining: 20, remainingForExits: 30, capacity: 30)]))
    desk.refresh()
    desk.press("6", "z")
    #expect(desk.text.contains("20 of 20 left, user"))
    desk.take(
      .budget([RequestBudget(scope: "user", remaining: 0, remainingForExits: 7, capacity: 30)]))
    desk.refresh()
    #expect(desk.text.contains("none left for entries, user"))
  }

  @Test func `one position and one order are not told as several`() {
    var desk = Desk.idle()
    desk.take(.account(.positions([Sample.position()])))
    desk.take(
      .account(
        .order(Sample.order("1001", type: .limit(59_000), contracts: 5, at: desk.now))))
    desk.refresh()
    desk.press(.function(8))
    #expect(
      desk.text.contains("close the 1 position at market and cancel the 1 order?"), "\(desk.text)")
    desk.press(.escape, "q")
    #expect(
      desk.text.contains("1 position and 1 order on paper end with the program."),
      "\(desk.text)")
  }

  @Test func `names from A to Z have the arrow that points up`() {
    var desk = Desk.trading()
    desk.press("1", "o")
    #expect(desk.model.watchlist.sorting == .name)
    let up = Glyphset().up
    #expect(desk.text.contains("Market\(up)") || desk.text.contains("Instrument\(up)"))
  }

  @Test func `a large screen has room for what there is to know of a position`() {
    let text = Desk.trading().frame(200, 60).text
    for word in ["break-even", "in risks", "unrealized"] {
      #expect(text.contains(word), "\(word)")
    }
  }

  @Test func `the smallest ticket says what the order costs and loses`() {
    var desk = Desk.trading()
    desk.press("b")
    let text = desk.frame(60, 16).text
    for word in ["margin", "fee", "stop"] { #expect(text.contains(word), "\(word)\n\(text)") }
  }

  @Test func `the result in risks stands under what is realized, and an old mark is marked`() throws
  {
    var desk = Desk.trading()
    desk.press("3", "z")
    let rows = desk.frame(120, 40).rows
    let realized = try #require(rows.firstIndex { $0.contains(" realized") })
    #expect(rows[realized + 1].contains(" in risks"))
    desk.pass(.minutes(11))
    let told = try #require(desk.frame(120, 40).rows.first { $0.contains(" unrealized") })
    #expect(told.contains("+5.00?"), "\(told)")
  }

  @Test func `why a strategy waits is told to its end where there is room`() throws {
    var desk = Desk()
    desk.engine = TradingEngine(
      Desk.settings(mode: "PAPER"),
      strategies: [
        StrategyPlan(
          name: "eth-wait", instrument: Sample.eth, marginMode: .isolated,
          timeFrames: [.oneMinute], strategy: Waiting())
      ], at: Sample.start)
    desk.boot(
      AccountSnapshot(
        balance: Sample.balance(), positions: [], orders: [], triggerOrders: [], fills: [],
        positionMode: .oneWay, leverages: []))
    desk.press("8", "z")
    let failing = try #require(desk.model.snapshot.strategies.first?.failing)
    let words = desk.frame(80, 24).text.split { $0.isWhitespace || "│┃".contains($0) }
    for word in "\(Waiting.goal) waits for \(failing)".split(separator: " ") {
      #expect(words.contains(word), "\(word)")
    }
  }

  @Test func `a second digit of an age moves nothing in the top bar`() throws {
    var desk = Desk.trading()
    func state(_ desk: Desk) -> Int? {
      let bar = Array(desk.frame(80, 24).rows[0])
      return bar.indices.first { String(bar[$0...].prefix(7)) == "RUNNING" }
    }
    let place = try #require(state(desk))
    desk.pass(.seconds(12))
    #expect(desk.frame(80, 24).rows[0].contains(" 12s "))
    #expect(state(desk) == place)
  }

  @Test func `of the marks out of sight only the nearest is named, with how many more there are`() {
    let marks = ["target", "alert", "liq"].map { label in
      MarkName(ChartMark(price: 1, label: label, ink: .text), sign: "▾", "1.0")
    }
    let line = MarkName.line([marks[0]], others: 2, width: 40).map(\.text).joined()
    #expect(line == "▾target 1.0 +2 ")
  }
}
