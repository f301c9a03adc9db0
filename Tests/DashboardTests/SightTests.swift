import AccountData
import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// Keys act on what is drawn, and on nothing that cannot be seen.
struct SightTests {
  private func desk(_ width: Int, _ height: Int, _ keys: Key...) -> Desk {
    var desk = Desk.trading()
    _ = update(&desk.model, .size(Size(width: width, height: height)), at: desk.now)
    for key in keys { desk.press(key) }
    return desk
  }

  @Test func `an order is canceled or changed only where the orders are drawn`() {
    var desk = desk(120, 40, .function(5))
    for key: Key in ["c", "r"] {
      expect(desk.press(key), [])
      #expect(desk.model.context == .main)
    }
    #expect(desk.model.toast?.text == "r: it was placed elsewhere: cancel it")
    #expect(desk.model.disabledReason(of: .cancelSelected) == "4 shows the orders")
    desk.press("4")
    expect(desk.press("c"), count: 1)
  }

  @Test func `keys of the chart and the book act only where these are drawn`() {
    var desk = desk(80, 24)
    expect(desk.press("."), [])
    #expect(desk.model.chart.timeFrame == .oneMinute)
    #expect(desk.model.toast?.text == ".: 5 shows the chart")
    #expect(desk.model.disabledReason(of: .centerLadder) == nil)
    desk.press("5", ".")
    #expect(desk.model.chart.timeFrame != .oneMinute)
    #expect(desk.model.disabledReason(of: .centerLadder) == "2 shows the book")
  }

  @Test func `a sentence that the line cuts goes on above it for the seconds that it is said`() {
    var desk = desk(80, 24)
    let before = desk.frame(80, 24).rows
    let words = (1...20).map { "word\($0)" }.joined(separator: " ")
    desk.model.say(words)
    let rows = desk.frame(80, 24).rows
    #expect(rows[21].hasPrefix(" word1 word2"))
    #expect(rows[22].hasSuffix("word20"))
    #expect(rows[..<21] == before[..<21])
    desk.model.toast = nil
    #expect(desk.frame(80, 24).rows == before)
  }

  @Test func `the stop of a held position is canceled after a question only`() {
    var desk = desk(120, 40, "4")
    let stop = OrderRow.Identity.trigger(ExchangeOrderID("900"))
    desk.model.selectedOrder = stop
    expect(desk.press("c"), [])
    #expect(desk.text.contains("PAPER: cancel the stop+target of BTC-USDT?"))
    expect(
      desk.press("y"),
      [.engine(.cancelTrigger(Sample.btc, ExchangeOrderID("900")))])
  }

  @Test func `a selection that moved by itself is not canceled at once`() {
    var desk = desk(120, 40, "4")
    let first = desk.model.orderRows.first?.id
    #expect(desk.model.selectedOrder == first)
    desk.take(
      .account(
        .order(
          Sample.order(
            "1001", side: .buy, type: .limit("59_990.5".price), contracts: 5, filled: 5,
            price: "59_990.5".price, state: .filled, at: desk.now))))
    desk.refresh()
    #expect(desk.model.selectedOrder != first)
    expect(desk.press("c"), [])
    #expect(desk.model.toast?.text == "c: the selection has just moved: look again")
    expect(desk.press("c"), count: 1)
  }

  @Test func `choosing an instrument chooses its position, which the strip marks`() {
    var desk = desk(120, 40, "1", "j")
    #expect(desk.model.instrument == Sample.eth)
    let ether = PositionKey(instrument: Sample.eth, slot: .net, marginMode: .isolated)
    #expect(desk.model.selectedPosition == ether)
    expect(desk.press("e"), [.engine(.breakEven(ether))])
    desk.press(.function(5), "9", "z")
    let pointer = desk.model.labels.glyphs.pointer
    #expect(desk.frame(120, 40).rows[2].contains("\(pointer)ETH short"))
    #expect(desk.frame(120, 40).rows[2].contains(" BTC long"))
  }

  @Test func `among the orders C cancels those of the selected order's instrument`() {
    var desk = desk(120, 40, "4", "j")
    #expect(desk.model.instrument == Sample.btc)
    expect(desk.press("C"), [.engine(.cancelAll(Sample.eth))])
    expect(desk.press("1", "C"), [.engine(.cancelAll(Sample.btc))])
  }

  @Test func `a proposal that is gone takes no other one's place under a key`() throws {
    var desk = try Desk.proposing()
    desk.take(
      .command(
        .open(
          OpeningIntent(
            instrument: Desk.solana.id, side: .long, marginMode: .isolated, type: .market,
            size: .riskShare("0.004"), stop: .stop(Trigger(triggerPrice: 148)),
            takeProfit: Trigger(triggerPrice: 155))), .strategy("second")))
    desk.refresh()
    #expect(desk.model.snapshot.proposals.count == 2)
    let first = try #require(desk.model.selectedProposal)
    expect(desk.press("D"), [.engine(.dismiss(first.id))])
    desk.take(.command(.dismiss(first.id), .keyboard))
    var snapshot = desk.engine.snapshot(at: desk.now)
    desk.model.act(on: &snapshot)
    expect(update(&desk.model, .key("D"), at: desk.now + .seconds(1)), [])
    desk.refresh()
    #expect(desk.model.selectedProposal?.source == .strategy("second"))
  }

  @Test(arguments: [(40, 10), (59, 30), (80, 15)])
  func `no order leaves from a form that the screen is too small to show`(
    width: Int, height: Int
  ) {
    let size = Size(width: width, height: height)
    let walks: [[Key]] = [["b", "y"], ["x", "y"], ["p", "4"], ["a", "m", "b"], ["a", "B"]]
    for keys in walks {
      var desk = desk(120, 40)
      _ = update(&desk.model, .size(size), at: desk.now)
      for key in keys { expect(desk.press(key), []) }
      #expect(desk.model.toast?.text.contains("too small to see it: 60x16 at least") == true)
    }
    var desk = desk(width, height, ":")
    desk.type("buy btc 5")
    expect(desk.press(.enter), [])
    expect(desk.press(.function(7)), [.engine(.cancelAll(nil))])
    expect(desk.press(.function(8)), [])
    #expect(desk.frame(width, height).text.contains("Esc no y yes: PAPER: close all 2"))
    expect(desk.press("y"), [.engine(.flatten(nil))])
    expect(desk.press("H"), count: 1)
  }

  @Test func `a tiny screen says how many positions it leaves out`() {
    let desk = Desk.trading()
    let all = desk.frame(40, 6).rows
    #expect(all[2].contains("BTC long") && all[3].contains("ETH short"), "\(all)")
    let cut = desk.frame(40, 5).rows
    #expect(cut[2] == " +2 positions", "\(cut)")
  }

  @Test func `T23 a tiny screen shows the alert that waits, in as many rows as it needs`() {
    var desk = Desk.alerting()
    let size = Size(width: 40, height: 10)
    _ = update(&desk.model, .size(size), at: desk.now)
    let rows = desk.frame(40, 10).rows
    let told = rows.joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(told.contains("! acknowledges: ") && told.contains("breakout"), "\(rows)")
    #expect(rows.contains(" 40x10; panels need 60x16"), "\(rows)")
    expect(desk.press("!"), count: 1)
  }

  @Test func `T23 an alert that a tiny screen cannot show is not acknowledged`() {
    var desk = Desk.alerting()
    _ = update(&desk.model, .size(Size(width: 40, height: 4)), at: desk.now)
    expect(desk.press("!"), [])
    #expect(desk.model.toast?.text == "!: too small to see it: 60x16 at least")
    #expect(desk.model.snapshot.alerts.waiting.count == 1)
  }

  @Test func `a tiny screen says why a key did nothing`() {
    var desk = Desk.trading()
    _ = update(&desk.model, .size(Size(width: 50, height: 10)), at: desk.now)
    desk.press("B")
    let rows = desk.frame(50, 10).rows
    #expect(rows.contains { $0.hasPrefix(" B: ") }, "\(rows)")
  }

  @Test func `T25 Esc and a key in one packet are no Alt order`() {
    var armed = desk(120, 40, "a")
    expect(armed.press(.alternate("b")), [])
    #expect(!armed.model.isArmed)
    #expect(armed.model.context == .ticket)
    var form = desk(120, 40, "x")
    expect(form.press(.alternate("p")), [])
    #expect(form.model.context == .partialClose)
    // In a text it moves by words.
    var line = desk(120, 40, ":")
    line.type("ab cd")
    expect(line.press(.alternate("b"), "x"), [])
    #expect(line.lineText == "ab xcd")
    for key: Key in [.wordLeft, .wordRight, .deleteWord] {
      var arrows = desk(120, 40, "a")
      expect(arrows.press(key), [])
      #expect(arrows.model.context == .main && arrows.model.isArmed)
    }
  }

  @Test(arguments: KeyContext.allCases)
  func `F7 and F8 are heard whatever is open, H where nothing is typed`(context: KeyContext) {
    for (_, desk) in KeyTests.desks {
      for (entry, before) in desk.entries(context) {
        var canceled = before
        expect(canceled.press(.function(7)), [.engine(.cancelAll(nil))])
        var flat = before
        expect(flat.press(.function(8), "y"), [.engine(.flatten(nil))])
        guard !context.isTyped else { continue }
        var halted = before
        expect(
          halted.press("H"), [.engine(.setState(.halted, reason: "halted at the keyboard"))])
        #expect(halted.model.sheet == nil, "\(entry)")
      }
    }
  }

  @Test func `T18 text that is pasted without marks sends nothing`() {
    for (context, text) in [
      (KeyContext.ticket, "0.5y"), (.priceForm, "150y"), (.partialClose, "zz4"),
      (.confirmation, "hey"), (.main, "zSBm"),
    ] {
      let desk = desk(120, 40, "a")
      guard var entered = desk.entered(context) else { continue }
      entered.now = entered.now + .seconds(1)
      for character in text {
        expect(update(&entered.model, .key(.character(character)), at: entered.now), [])
        entered.now = entered.now + .milliseconds(20)
      }
    }
  }

  @Test(arguments: [KeyContext.ticket, .priceForm, .partialClose, .confirmation, .marketOrder])
  func `T19 losing the focus closes whatever could send`(context: KeyContext) {
    var desk = KeyTests.desks[1].1.entered(context)
    expect(desk?.press(.focusLost, .focusGained, "y", "4"), [])
    #expect(desk?.model.sheet == nil)
  }

  @Test func `the first digit takes the place of a price that stood there`() {
    var desk = desk(120, 40, "x")
    desk.type("58900")
    expect(
      desk.press("y"),
      [
        .engine(
          .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 58_900), takeProfit: nil))
      ])
    desk.press("b", .tab, .tab, .tab)
    desk.type("58900")
    guard case .ticket(let form) = desk.model.sheet else {
      Issue.record("no ticket")
      return
    }
    #expect(form.text == "58900")
    desk.press(.escape, "x", .backspace)
    desk.type("1")
    #expect(desk.model.typedPrice == "59001")
  }

  @Test func `leaving a ticket or a size leaves the unit as it was`() {
    var desk = desk(120, 40, "b", .tab, " ", .escape)
    #expect(desk.model.working.unit == .riskShare)
    desk.press("=", .tab, .escape)
    #expect(desk.model.working.unit == .riskShare)
    desk.press("b", .tab, " ", .backTab)
    desk.type("5")
    expect(desk.press("y"), count: 1)
    #expect(desk.model.working.unit == .contracts)
  }

  @Test func `while armed the size of a one-key order stands beside it at every width`() {
    let desk = desk(120, 40, "a")
    for width in [40, 60, 80, 120] {
      #expect(desk.frame(width, 24).rows[0].contains("ARMED 60s 1 % risk"), "\(width)")
    }
  }
}

extension DashboardModel {
  /// What is being typed for a price.
  fileprivate var typedPrice: String? {
    if case .priceForm(let form) = sheet { form.typed } else { nil }
  }
}
