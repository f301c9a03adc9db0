import AccountData
import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// Exits with a price: they rest, and only make a position smaller.
struct ExitLineTests {
  private func exit(_ share: Rate, _ type: OrderType) -> [DashboardCommand] {
    [.engine(.close(ClosingIntent(key: Sample.btcKey, share: share, type: type)))]
  }

  @Test func `close with a price is an exit that rests, shown before and done at once`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("close btc 50% @ 64000")
    #expect(
      desk.frame(80, 24).text.contains(
        "Enter: sell 5 of 10 BTC-USDT limit 64000, reduce-only, +22.50 USDT before"))
    expect(desk.press(.enter), exit("0.5", .limit(64_000)))
    #expect(desk.model.sheet == nil)
    desk.press(":")
    desk.type("close btc @ 64000 post")
    expect(desk.press(.enter), exit(1, .postOnly(64_000)))
  }

  @Test func `it stands among the orders as one that only reduces`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("close btc 50% @ 64000")
    for command in desk.press(.enter) {
      if case .engine(let command) = command { desk.take(.command(command, .keyboard)) }
    }
    desk.refresh()
    #expect(desk.model.orderRows.map(\.kind).contains("limit reduce"))
  }

  @Test func `a share is shown of what the engine closes, fills that no report shows included`() {
    var desk = Desk.trading()
    // Four of the ten are closed; the position is not told again yet.
    desk.take(
      .account(
        .fill(Sample.fill("f1", order: "3001", side: .sell, contracts: 4, at: desk.now))))
    desk.refresh()
    desk.press(":")
    desk.type("close btc 50%")
    #expect(
      desk.frame(120, 40).text.contains("sell 3 of 6 BTC-USDT at market, reduce-only, near +1.50"))
    for command in desk.press(.enter) {
      if case .engine(let command) = command { desk.take(.command(command, .keyboard)) }
    }
    desk.refresh()
    let sent = desk.model.snapshot.account.orders.open.filter {
      $0.reduceOnly && $0.instrument == Sample.btc
    }
    #expect(sent.map(\.contracts) == [3])
  }

  @Test func `an exit at a price that the book pays already asks first`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("close btc @ 6400")
    expect(desk.press(.enter), [])
    #expect(desk.text.contains("It does not rest: the book pays 59999.5, it takes that at once."))
    expect(desk.press("y"), exit(1, .limit(6_400)))
  }

  @Test func `an exit whose price has a digit too many asks first`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("close btc @ 640000")
    expect(desk.press(.enter), [])
    #expect(
      desk.text.contains("Its price is far from the mark price 60000: the exchange may refuse it."))
    expect(desk.press("y"), exit(1, .limit(640_000)))
  }

  @Test func `an order of the other side is offered as an exit where it is no larger`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("sell btc 3 @ 64000")
    expect(desk.press(.enter), [])
    for part in [
      "PAPER: send this exit?", "sell 3 of 10 BTC-USDT limit 64000, reduce-only",
      "It only makes the long smaller: it needs no stop and opens nothing.",
    ] {
      #expect(desk.text.contains(part), "\(part)")
    }
    expect(desk.press("y"), exit("0.3", .limit(64_000)))
    desk.press(":")
    desk.type("sell btc 11 @ 64000")
    expect(desk.press(.enter), [])
    #expect(
      desk.model.toast?.text
        == "would be denied: a long position of 10 contracts is open; close it first")
  }

  @Test func `joining the book on the other side of a position asks for an exit`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("size 4")
    desk.press(.enter)
    expect(desk.press("a", "S"), [])
    #expect(desk.text.contains("sell 4 of 10 BTC-USDT post-only 60000.5, reduce-only"))
    expect(desk.press("y"), exit("0.4", .postOnly("60_000.5".price)))
  }

  @Test(arguments: [
    ("close btc 50", "`50`: how much to close is in percent: 50%"),
    ("close btc @", "@ needs a price, bid or ask"),
    ("close btc post", "`post`: how much to close is in percent: 50%"),
    ("close btc @ 64000 ioc", "`ioc` is not understood here"),
    ("close btc @ 64000.03", "64000.03 is no multiple of the tick size 0.1"),
    ("close sol @ 160", "there is no position in SOL-USDT"),
  ])
  func `a line that closes says what is wrong`(line: String, sentence: String) {
    var desk = Desk.trading()
    desk.press(":")
    desk.type(line)
    expect(desk.press(.enter), [])
    #expect(desk.model.toast?.text == sentence)
  }
}
