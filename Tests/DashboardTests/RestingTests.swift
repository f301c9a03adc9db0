import AccountData
import Engine
import Risk
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// Orders that rest: two of which one is wanted, and another price or size for one that is there.
struct RestingTests {
  private static let solana = Desk.solana.id

  /// A desk with an own limit order to buy five contracts of Bitcoin at 59,000.
  private func resting(mode: String = "PAPER") throws -> Desk {
    var desk = Desk.trading(mode: mode)
    if mode == "LIVE" { desk.press("a") }
    let id = try desk.placeLimit()
    if mode == "LIVE" { desk.press("a") }
    desk.model.selectedOrder = .order(.exchange(id))
    return desk
  }

  private func amended(_ price: Price, _ contracts: Contracts) -> [DashboardCommand] {
    [
      .engine(
        .amend(ClientOrderID(run: RunID("p"), sequence: 1), .limit(price), contracts: contracts))
    ]
  }

  private func opening(_ side: PositionSide, _ price: Price, stop: Price) -> OpeningIntent {
    OpeningIntent(
      instrument: Self.solana, side: side, marginMode: .isolated, type: .limit(price),
      size: .contracts(5), stop: .stop(Trigger(triggerPrice: stop)))
  }

  @Test func `a line with or is two orders, shown both and sent together by another key`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("oco buy sol 5 @ 149 sl 147 or sell @ 151 sl 153")
    let wide = desk.frame(120, 40).text
    #expect(wide.contains("Ghost, 1 of 2  buy SOL-USDT limit 149"))
    #expect(wide.contains("Ghost, 2 of 2  sell SOL-USDT limit 151"))
    #expect(desk.frame(80, 24).text.contains("Ghost, the second of 2  sell SOL-USDT limit 151"))
    expect(desk.press(.enter), [])
    let text = desk.frame(80, 24).text
    for part in [
      "PAPER: send both? The first fill cancels the other.", "buy 5 SOL-USDT limit 149",
      "sell 5 SOL-USDT limit 151", "stop 153",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    expect(
      desk.press("y"),
      [.engine(.openOneOf(opening(.long, 149, stop: 147), opening(.short, 151, stop: 153)))])
  }

  @Test func `two orders open only where nothing is held, and LIVE only from an armed screen`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("oco buy btc 5 @ 59000 or sell @ 61000")
    expect(desk.press(.enter), [])
    #expect(
      desk.model.toast?.text == "oco opens where nothing is held; BTC-USDT has a position")
    desk = Desk.trading(mode: "LIVE")
    desk.press(":")
    desk.type("oco buy sol 5 @ 149 or sell @ 151")
    expect(desk.press(.enter), [])
    #expect(desk.model.toast?.text == "LIVE: a arms the screen")
    desk.press(.escape, "a", ":", .up)
    desk.type("oco buy sol 5 @ 149 or sell @ 151")
    expect(desk.press(.enter), [])
    #expect(desk.model.context == .confirmation)
    desk.model.armedUntil = nil
    expect(desk.press("y"), [])
    #expect(desk.model.toast?.text == "not sent: LIVE and no longer armed")
  }

  @Test func `a resting order gets another size where it stands, with what that would risk`() throws
  {
    var desk = try resting()
    desk.press("r", .tab, .control("u"))
    desk.type("8")
    let text = desk.frame(80, 24).text
    for part in [
      "PAPER  Change buy 5 BTC-USDT", "contracts 8_", "buy 5 → 8 BTC-USDT, limit 59000 → 59000",
      "worth 472.00", "stop 58000", "loses 8.", "within every limit",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    expect(desk.press("y"), amended(59_000, 8))
  }

  @Test func `price and size are changed together, Tab goes between them`() throws {
    var desk = try resting()
    desk.press("r", .control("u"))
    desk.type("58900.5")
    desk.press(.tab, .control("u"))
    desk.type("3")
    desk.press(.tab, .backspace)
    #expect(desk.text.contains("price     58900._"))
    desk.type("0")
    expect(desk.press("y"), amended("58900".price, 3))
  }

  @Test func `a size that would be denied, or that filled already, is not sent`() throws {
    var desk = try resting()
    expect(desk.press("r", "y"), [])
    #expect(desk.model.toast?.text == "not sent: nothing would change")
    desk.press(.tab, .control("u"))
    desk.type("90000")
    expect(desk.press("y"), [])
    let said = desk.model.toast?.text ?? ""
    #expect(said.hasPrefix("not sent: the ") && !said.contains("would be denied"))
    // The form says the whole of it on the smallest usual screen.
    let small = desk.frame(80, 24).text
    for word in said.dropFirst(9).split(separator: " ") { #expect(small.contains(word), "\(word)") }
    #expect(desk.model.context == .priceForm)
    desk.press(.control("u"))
    expect(desk.press("y"), [])
    #expect(desk.model.toast?.text == "not sent: contracts: type a number")
  }

  @Test func `what is replaced does not count beside its replacement`() throws {
    let desk = try resting()
    let id = ClientOrderID(run: RunID("p"), sequence: 1)
    let order = try #require(desk.model.snapshot.account.orders[id])
    let same = Amendment(order: order, type: order.type, contracts: order.contracts)
    let intent = try #require(same.opening)
    let snapshot = desk.model.snapshot
    let alone = snapshot.preview(intent, replacing: id, at: snapshot.at)
    let beside = snapshot.preview(intent, at: snapshot.at)
    #expect(alone.notional == beside.notional)
    #expect(snapshot.account.without(id).orders[id] == nil)
    #expect(snapshot.account.without(id).orders.open.count == 2)
  }

  @Test func `LIVE an order grows from an armed screen only, and shrinks from any`() throws {
    var desk = try resting(mode: "LIVE")
    #expect(!desk.model.isArmed)
    desk.press("r", .tab, .control("u"))
    desk.type("8")
    expect(desk.press("y"), [])
    #expect(desk.model.toast?.text == "not sent: LIVE: a arms the screen")
    desk.press(.control("u"))
    desk.type("3")
    expect(desk.press("y"), amended(59_000, 3))
  }

  @Test func `a stop has no size to type`() {
    var desk = Desk.trading()
    expect(desk.press("x", .tab), [])
    #expect(
      desk.model.toast?.text == "Tab Down Shift-Tab Up Enter: it is for the whole position")
  }

  @Test func `amend on the line shows the change, asks, and is done by another key`() throws {
    var desk = try resting()
    desk.press(":")
    desk.type("amend btc 8 @ 58900")
    #expect(
      desk.frame(120, 40).text.contains(
        " Enter: buy 5 → 8 BTC-USDT, limit 59000 → 58900; worth 471.20"))
    expect(desk.press(.enter), [])
    #expect(desk.text.contains("PAPER: replace this order?"))
    expect(desk.press("y"), amended(58_900, 8))
    desk.press(":")
    desk.type("amend last 90000")
    expect(desk.press(.enter), [])
    #expect(desk.model.toast?.text.hasPrefix("would be denied: ") == true)
  }

  @Test func `one of two orders is not replaced: its fill would not cancel the other`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("oco buy sol 5 @ 149 sl 147 or sell @ 151 sl 153")
    for command in desk.press(.enter) + desk.press("y") {
      if case .engine(let command) = command { desk.take(.command(command, .keyboard)) }
    }
    desk.refresh()
    #expect(desk.model.snapshot.plans.map(\.kind) == ["oneOf"])
    desk.press(":")
    desk.type("amend last 3")
    let sentence = "it is one of two orders: cancel both and send them anew"
    #expect(desk.text.contains(sentence))
    expect(desk.press(.enter), [])
    #expect(desk.model.toast?.text == sentence)
    let id = desk.model.newestOwnOrder?.clientOrderID
    if let id { desk.take(.command(.amend(id, .limit(151), contracts: 3), .keyboard)) }
    #expect(id != nil)
    #expect(desk.engine.snapshot(at: desk.now).plans.map(\.kind) == ["oneOf"])
  }

  @Test func `amend says which order it cannot mean`() {
    var desk = Desk.trading()
    for (line, sentence) in [
      ("amend last 5", "no order of mine rests"),
      ("amend sol 5", "no order of mine rests in SOL-USDT"),
      ("amend xyz 5", "`xyz` is none of the markets: btc eth sol"),
    ] {
      desk.press(":")
      desk.type(line)
      expect(desk.press(.enter), [])
      #expect(desk.model.toast?.text == sentence)
      desk.press(.escape)
    }
  }
}
