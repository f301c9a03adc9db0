import AccountData
import Engine
import MarketData
import Screen
import Strategies
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// A rule that never wants anything.
private struct Idle: Strategy {
  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] { [] }

  func why() -> Explanation { Explanation(goal: "nothing", conditions: []) }
}

/// Keys that cancel and close say what they do not do.
struct CancelKeysTests {
  /// Types a line and lets the engine do what it comes to.
  private func done(_ line: String, _ desk: inout Desk) {
    desk.press(":")
    desk.type(line)
    for case .engine(let command) in desk.press(.enter, "y") {
      desk.take(.command(command, .keyboard))
    }
    desk.refresh()
  }

  @Test func `a yes that comes before anybody could have read the question is told so`() {
    var desk = Desk.trading()
    desk.press(.function(8))
    expect(update(&desk.model, .key("y"), at: desk.now + .milliseconds(200)), [])
    #expect(desk.model.context == .confirmation)
    #expect(desk.model.toast?.text == "y: too soon to have read it; press it again")
    expect(desk.press("y"), [.engine(.flatten(nil))])
    desk.press("b")
    expect(update(&desk.model, .key("y"), at: desk.now + .milliseconds(200)), [])
    #expect(desk.model.context == .ticket)
    #expect(desk.model.toast?.text == "y: too soon to have read it; press it again")
  }

  @Test func `a key that does nothing over the panels says so`() {
    var desk = Desk.trading()
    expect(desk.press("X"), [])
    #expect(desk.model.toast?.text == "X does nothing here; ? lists the keys")
  }

  @Test func `where only protection and orders of others rest, C says that they stay`() {
    var desk = Desk.trading()
    expect(desk.press("C"), [.engine(.cancelAll(Sample.btc))])
    #expect(
      desk.model.toast?.text
        == "no order of ours of BTC-USDT to cancel: stops, targets and orders of others stay")
    expect(desk.press(.function(7)), [.engine(.cancelAll(nil))])
    #expect(
      desk.model.toast?.text
        == "no order of ours to cancel: stops, targets and orders of others stay")
  }

  @Test func `a line that cancels in a market says what stays there`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("cancel btc")
    expect(desk.press(.enter), [.engine(.cancelAll(Sample.btc))])
    #expect(
      desk.model.toast?.text
        == "no order of ours of BTC-USDT to cancel: stops, targets and orders of others stay")
    done("buy btc 5 @ 59000", &desk)
    desk.press(":")
    desk.type("cancel btc")
    expect(desk.press(.enter), [.engine(.cancelAll(Sample.btc))])
    #expect(desk.model.toast?.text == "1 made elsewhere stays")
  }

  @Test func `u takes back a stop entry that waits here when it is the newest`() throws {
    var desk = Desk.idle()
    done("buy btc 5 @ 59000", &desk)
    done("buy stop eth 3100 5 sl 1%", &desk)
    let id = try #require(desk.model.snapshot.plans.first?.id)
    expect(desk.press("u"), [.engine(.abandon(id))])
    desk.take(.command(.abandon(id), .keyboard))
    desk.pass(.seconds(1))
    let order = ClientOrderID(run: RunID("p"), sequence: 1)
    expect(desk.press("u"), [.engine(.cancel(Sample.btc, .client(order)))])
  }

  /// A desk that holds ten contracts of Bitcoin and has two strategies.
  private func trading() -> Desk {
    var desk = Desk()
    desk.engine = TradingEngine(
      Desk.settings(mode: "PAPER"),
      strategies: [
        StrategyPlan(
          name: "btc-zones", instrument: Sample.btc, marginMode: .isolated,
          timeFrames: [.oneMinute], strategy: Idle()),
        StrategyPlan(
          name: "eth-zones", instrument: Sample.eth, marginMode: .isolated,
          timeFrames: [.oneMinute], strategy: Idle(), state: .approval),
      ], at: Sample.start)
    desk.boot(
      AccountSnapshot(
        balance: Sample.balance(), positions: [Sample.position()], orders: [], triggerOrders: [],
        fills: [], positionMode: .oneWay, leverages: []))
    return desk
  }

  @Test func `why tells what is held now beside what a strategy saw at its last candle`() {
    var desk = trading()
    desk.press("w")
    #expect(desk.text.contains("held now      long 10"))
    #expect(desk.text.contains("at its last candle"))
    desk.take(
      .account(
        .order(
          Sample.order(
            "3001", side: .sell, contracts: 10, filled: 10, price: 62_000, state: .filled,
            realized: 25, reduceOnly: true, category: .takeProfit, at: desk.now))))
    desk.take(.account(.positions([])))
    desk.refresh()
    #expect(desk.text.contains("held now      none"))
  }

  @Test func `the zones say of what they are where strategies trade`() {
    var desk = trading()
    desk.press("8", "z")
    #expect(desk.text.contains("BTC-USDT 1m zones:"), "\(desk.text)")
    #expect(!desk.text.contains("no strategy runs"))
  }

  @Test func `closing everything pauses the strategies that run, and the question says so`() {
    var desk = trading()
    desk.press(.function(8))
    #expect(
      desk.frame(80, 24).text.contains(
        "It pauses btc-zones; strategy btc-zones running lets it open again."))
    expect(
      desk.press("y"), [.engine(.flatten(nil)), .engine(.setStrategy("btc-zones", .paused))])
  }
}
