import AccountData
import Engine
import Risk
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// While amounts of money are hidden, no sentence tells one.
struct MaskTests {
  /// A desk whose amounts are hidden, with an opening that the gate has denied.
  private func desk() -> Desk {
    var desk = Desk.trading()
    desk.press("v")
    desk.take(
      .command(
        .open(
          OpeningIntent(
            instrument: Sample.btc, side: .long, marginMode: .isolated, type: .market,
            size: .riskShare("0.05"), stop: .stop(Trigger(triggerPrice: 59_400)))), .keyboard))
    desk.refresh()
    return desk
  }

  /// Holds that a screen tells a hidden amount and none that is not.
  private func expectMasked(_ desk: Desk, _ name: String) {
    for (width, height) in [(80, 24), (120, 40), (200, 60)] {
      let text = desk.frame(width, height).text
      #expect(text.contains("••• USDT"), "\(name) \(width)")
      #expect(!text.contains(#/[0-9] USDT/#), "\(name) \(width): \(text)")
    }
  }

  @Test func `the log, the message and what was denied before tell no amount`() {
    var desk = desk()
    #expect(desk.model.snapshot.denials.last?.text.contains(#/[0-9] USDT/#) == true)
    expectMasked(desk, "message")
    desk.press("7", "z")
    expectMasked(desk, "log")
    desk.press("w")
    expectMasked(desk, "why")
  }

  @Test func `what would be denied is told without amounts in the ticket and on the line`() {
    var ticket = desk()
    ticket.press("b")
    ticket.type("5")
    expectMasked(ticket, "ticket")
    expect(ticket.press("y"), [])
    expectMasked(ticket, "ticket that was not sent")
    var line = desk()
    line.press(":")
    line.type("buy btc 5% sl 1%")
    expectMasked(line, "line")
  }

  @Test func `only amounts in USDT are hidden, with whatever stands around them`() {
    var model = Desk.idle().model
    let text = "(0.0100 USDT), net -1,234.50 USDT: 10 BTC-USDT at 61000, 2 % of 5.00 USDT"
    #expect(model.masked(text) == text)
    model.isMasked = true
    #expect(
      model.masked(text) == "(••• USDT), net ••• USDT: 10 BTC-USDT at 61000, 2 % of ••• USDT")
    #expect(model.masked("nothing in USDT") == "nothing in USDT")
  }
}
