import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// What is typed into the ticket and the form of a stop means what the line means by it.
struct TicketTests {
  @Test func `a stop in percent and a target in r are prices on the tick`() {
    var desk = Desk.idle()
    desk.press("b", .tab, .tab, .tab)
    desk.type("1%")
    desk.press(.tab)
    desk.type("3r")
    #expect(desk.frame(80, 24).text.contains("stop 59,400.5"))
    #expect(desk.frame(80, 24).text.contains("target 61,800.5"))
    expect(
      desk.press("y"),
      [
        .engine(
          .open(
            OpeningIntent(
              instrument: Sample.btc, side: .long, marginMode: .isolated, type: .market,
              size: .riskShare("0.01"), stop: .stop(Trigger(triggerPrice: "59_400.5".price)),
              takeProfit: Trigger(triggerPrice: "61_800.5".price))))
      ])
  }

  @Test func `a stop in percent of an order with a price is counted from that price`() {
    var desk = Desk.idle()
    desk.press("s", .tab, .tab, " ", .tab)
    desk.type("61000")
    desk.press(.tab)
    desk.type("2%")
    #expect(desk.frame(80, 24).text.contains("stop 62,220.0"))
  }

  @Test func `a target in r without a stop, and a percentage that is none, say what is wrong`() {
    var desk = Desk.idle()
    desk.press("b", .tab, .tab, .tab, .control("u"), .tab)
    desk.type("2r")
    expect(desk.press("y"), [])
    #expect(desk.model.toast?.text == "not sent: target: in r it needs a stop")
    desk.press(.backTab)
    desk.type("100%")
    expect(desk.press("y"), [])
    #expect(desk.model.toast?.text == "not sent: stop: less than 100 %")
  }

  @Test func `the price of liquidation in a refusal is not cut where the screen is small`() {
    var desk = Desk.idle()
    desk.press("b", .tab, .tab, .tab)
    desk.type("1")
    #expect(desk.frame(80, 24).text.contains("before liquidation at 54"))
    desk.press("y")
    let said = desk.model.toast?.text ?? ""
    #expect(said.hasPrefix("not sent: the stop 1 is not 0.5 % before liquidation at 54"))
    #expect(said.count <= 70)
  }

  @Test func `the form of a stop takes percent from the entry and counts the costs`() {
    var desk = Desk.trading()
    desk.press("x")
    desk.type("1%")
    // 595 of distance, 0.06 % in and out, 0.05 % of slippage, for a hundredth of a coin.
    #expect(desk.frame(80, 24).text.contains("-6.96 USDT at 58905, fees and slippage in it"))
    expect(
      desk.press("y"),
      [
        .engine(
          .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 58_905), takeProfit: nil))
      ])
  }

  @Test func `the line shows where stop and target stand, and its question names them`() {
    var desk = Desk.idle()
    desk.press(":")
    desk.type("buy btc 10")
    #expect(desk.frame(80, 24).text.contains("stop 59,400.5"))
    desk.type(" tp 3r")
    #expect(desk.frame(80, 24).text.contains("target 61,800.5"))
    desk.press(.enter)
    #expect(desk.frame(80, 24).text.contains("stop 59400.5, target 61800.5"))
  }
}
