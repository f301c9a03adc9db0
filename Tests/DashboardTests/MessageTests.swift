import AccountData
import Engine
import Risk
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// The line that says what became of the last thing that was wanted.
struct MessageTests {
  /// The message line at the usual small size, where no panel lists what happened.
  private func message(_ desk: Desk, _ width: Int = 80, _ height: Int = 24) -> String {
    let rows = desk.frame(width, height).rows
    return rows[rows.count - 2]
  }

  /// A desk whose opening of Ether is denied: a short is held.
  private func denied() -> Desk {
    var desk = Desk.trading()
    desk.take(
      .command(
        .open(
          OpeningIntent(
            instrument: Sample.eth, side: .long, marginMode: .isolated, type: .market,
            size: .contracts(5), stop: .stop(Trigger(triggerPrice: 2_950)))), .keyboard))
    desk.refresh()
    return desk
  }

  @Test func `while an alert waits, what happened after it is told beside it`() {
    var desk = Desk.alerting()
    #expect(message(desk).hasPrefix(" ALERT 1.1, ! acknowledges: breakout"))
    desk.pass(.seconds(1))
    desk.take(.protocolProblem("an odd message"))
    desk.refresh()
    #expect(message(desk).hasPrefix(" ALERT 1.1 (!) | "))
    #expect(message(desk).contains("an odd message"))
    let notice = Notice(
      .denied, level: .warning, text: "denied: too late", instrument: Sample.btc, at: desk.now)
    _ = update(&desk.model, .notice(notice), at: desk.now)
    #expect(message(desk).hasPrefix(" ALERT 1.1 (!) | BTC-USDT denied: too late"))
  }

  @Test func `a note from the line says that it was taken`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("note hello")
    expect(desk.press(.enter), count: 1)
    #expect(desk.model.toast?.text == "noted")
  }

  @Test func `a denial names its market`() {
    #expect(message(denied()).hasPrefix(" Denied: ETH-USDT: "))
  }

  @Test func `a denial gives way to what happened after it`() {
    var desk = denied()
    desk.pass(.seconds(1))
    desk.take(
      .command(
        .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_100), takeProfit: nil),
        .keyboard))
    desk.answer("protect", .confirmed(.order(ExchangeOrderID("960"))))
    desk.pass(.seconds(1))
    #expect(message(desk).contains("BTC-USDT stop placed at 59100"))
  }

  @Test func `a line that is a key says why the key does nothing, also while it is typed`() {
    var desk = Desk.idle()
    desk.press(":")
    desk.type("cancel last")
    for _ in 0..<2 {
      #expect(desk.text.contains("^ no order of mine rests"))
      #expect(!desk.text.contains("Enter: cancel last"))
      expect(desk.press(.enter), [])
    }
    #expect(desk.lineText == "cancel last")
  }

  @Test func `a sentence about one market names it`() {
    var desk = Desk.trading()
    let notice = Notice(
      .denied, level: .warning, text: "denied: too late", instrument: Sample.btc, at: desk.now)
    _ = update(&desk.model, .notice(notice), at: desk.now)
    #expect(desk.model.toast?.text == "BTC-USDT denied: too late")
  }

  @Test func `a new command takes away the sentence about the one before`() {
    var desk = Desk.trading()
    let notice = Notice(
      .denied, level: .warning, text: "denied: too late", instrument: Sample.btc, at: desk.now)
    _ = update(&desk.model, .notice(notice), at: desk.now)
    desk.press(":")
    desk.type("be btc")
    // Typing takes longer than a sentence stays.
    _ = update(&desk.model, .notice(notice), at: desk.now)
    expect(desk.press(.enter), [.engine(.breakEven(Sample.btcKey))])
    #expect(desk.model.toast == nil)
  }

  @Test func `a sentence beside an alert is shown whatever its first word, the alert's own is not`()
  {
    var desk = Desk.alerted()
    let waiting = message(desk, 200, 60)
    let own = Notice(
      .alert, level: .warning, text: "ALERT 1.1: told again", instrument: nil, at: desk.now)
    _ = update(&desk.model, .notice(own), at: desk.now)
    #expect(message(desk, 200, 60) == waiting)
    let other = Notice(
      .other, level: .warning, text: "ALERT rules were read", instrument: nil, at: desk.now)
    _ = update(&desk.model, .notice(other), at: desk.now)
    #expect(message(desk, 200, 60).contains("| ALERT rules were read"))
  }
}
