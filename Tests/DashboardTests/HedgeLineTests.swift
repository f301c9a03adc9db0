import AccountData
import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// Lines about positions of an account that holds a long and a short beside each other.
struct HedgeLineTests {
  private let long = PositionKey(instrument: Sample.btc, slot: .long, marginMode: .isolated)
  private let short = PositionKey(instrument: Sample.btc, slot: .short, marginMode: .isolated)

  /// A screen over a long and a short of Bitcoin.
  private func hedged() -> Desk {
    var desk = Desk()
    desk.boot(
      AccountSnapshot(
        balance: Sample.balance(),
        positions: [
          Sample.position("7", entry: 59_500, mark: 60_000, slot: .long),
          Sample.position("8", side: .short, contracts: 4, mark: 60_000, slot: .short),
        ], orders: [], triggerOrders: [], fills: [], positionMode: .hedge, leverages: []))
    return desk
  }

  private func meaning(_ line: String) throws -> LineMeaning {
    try hedged().model.meaning(of: LineParser.parse(line))
  }

  @Test func `a side behind the market says which of two positions is meant`() throws {
    #expect(
      try meaning("close btc short 50%")
        == .commands([.engine(.close(ClosingIntent(key: short, share: "0.5")))]))
    #expect(try meaning("close btc long") == .commands([.engine(.close(ClosingIntent(key: long)))]))
    #expect(try meaning("be btc long") == .commands([.engine(.breakEven(long))]))
    #expect(
      try meaning("stop btc short 61000")
        == .commands([
          .engine(.protect(short, stopLoss: Trigger(triggerPrice: 61_000), takeProfit: nil))
        ]))
    #expect(
      try meaning("tp btc long 62000")
        == .commands([
          .engine(.protect(long, stopLoss: nil, takeProfit: Trigger(triggerPrice: 62_000)))
        ]))
    #expect(
      try meaning("trail btc short 1%")
        == .commands([.engine(.trail(short, .share("0.01"), activation: nil))]))
    #expect(
      try meaning("targets btc short 59000 50%")
        == .commands([
          .engine(
            .takeProfits(
              short, [PartialTarget(trigger: Trigger(triggerPrice: 59_000), share: "0.5")]))
        ]))
    guard case .reversal(let key, let opening) = try meaning("reverse btc short 2 sl 59000") else {
      Issue.record("no reversal")
      return
    }
    #expect(key == short)
    #expect(opening.side == .long)
    guard case .exit(let exit, _) = try meaning("close btc short @ 59000") else {
      Issue.record("no exit")
      return
    }
    #expect(exit.intent == ClosingIntent(key: short, type: .limit(59_000)))
  }

  @Test func `the position mode is changed after a question, and only where nothing is open`()
    throws
  {
    var desk = Desk.idle()
    desk.press(":")
    desk.type("mode hedge")
    expect(desk.press(.enter), [])
    #expect(desk.question.question == "PAPER: set the position mode of the account to hedge?")
    expect(desk.press("y"), [.engine(.setPositionMode(.hedge))])
    #expect(throws: LineProblem(at: 0, text: "the position mode is hedge already")) {
      try meaning("mode hedge")
    }
    #expect(
      throws: LineProblem(
        at: 0, text: "the position mode changes only without positions and orders: flatten first")
    ) { try meaning("mode one-way") }
    #expect(throws: LineProblem(at: 5, text: "`net` is no mode: hedge or one-way")) {
      try meaning("mode net")
    }
  }

  @Test func `the drawdown begins anew after a question`() throws {
    var desk = Desk.idle()
    desk.press(":")
    desk.type("reset peak")
    expect(desk.press(.enter), [])
    #expect(desk.question.question == "PAPER: count the drawdown anew from the equity of now?")
    expect(desk.press("y"), [.engine(.resetPeak)])
    #expect(
      throws: LineProblem(at: 5, text: "reset needs peak: the drawdown begins anew")
    ) { try meaning("reset") }
  }

  @Test func `without a side two positions are not guessed between`() {
    #expect(
      throws: LineProblem(
        at: 0, text: "BTC-USDT is held long and short: say which, as in close btc long")
    ) { try meaning("close btc") }
    #expect(throws: LineProblem(at: 0, text: "there is no short position in SOL-USDT")) {
      try meaning("close sol short")
    }
  }
}
