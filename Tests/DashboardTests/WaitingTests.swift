import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// Orders that wait for a price, and orders with several targets, from the line to the panels.
struct WaitingTests {
  private func confirmed(_ line: String, _ desk: inout Desk) -> [DashboardCommand] {
    desk.press(":")
    desk.type(line)
    expect(desk.press(.enter), [])
    desk.pass(.seconds(1))
    return desk.press("y")
  }

  private func done(_ line: String, _ desk: inout Desk) {
    for case .engine(let command) in confirmed(line, &desk) {
      desk.take(.command(command, .keyboard))
    }
    desk.refresh()
  }

  @Test func `an order that waits is asked for with the figures of where it waits`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("buy stop btc 62000 10 sl 1% for 4h")
    let ghost = desk.text
    #expect(ghost.contains("Ghost  buy BTC-USDT market when at 62000"))
    #expect(ghost.contains("fills near       62,000.0"))
    #expect(ghost.contains("waits for the mark at 62000, until 2026-03-04 16:00 UTC"))
    desk.press(.enter)
    #expect(desk.text.contains("PAPER: send this order when the mark is at 62000?"))
    #expect(desk.text.contains("buy 10 BTC-USDT market, worth 620.00, stop 61380"))
    desk.pass(.seconds(1))
    let opening = OpeningIntent(
      instrument: Sample.btc, side: .long, marginMode: .isolated, type: .market,
      size: .contracts(10), stop: .stop(Trigger(triggerPrice: 61_380)))
    guard case .engine(.openAt(let sent, let trigger, let until)) = desk.press("y").first else {
      Issue.record("nothing was sent")
      return
    }
    #expect(sent == opening)
    #expect(trigger == 62_000)
    #expect(until != nil)
  }

  @Test
  func `what waits here is a row among the orders, a line in the chart, and is canceled there`() {
    var desk = Desk.trading()
    done("sell stop btc 59000 5 sl 1%", &desk)
    let rows = desk.model.orderRows.filter(\.isWaiting)
    #expect(rows.map(\.kind) == ["stop entry"])
    #expect(rows.map(\.contracts) == [5])
    #expect(rows.map(\.price) == [59_000])
    #expect(rows.map(\.side) == [.sell])
    #expect(ChartMark.all(of: Sample.btc, desk.model).map(\.label).contains("sell stop"))
    guard let id = desk.model.snapshot.plans.first?.id else {
      Issue.record("nothing waits")
      return
    }
    desk.press("4")
    for _ in desk.model.orderRows { desk.press("j") }
    #expect(desk.frame(120, 40).text.contains("waits here"))
    expect(desk.press("c"), [.engine(.abandon(id))])
    desk.press("r")
    #expect(desk.model.toast?.text == "r: it waits here: cancel it and place it anew")
  }

  @Test func `an order with several targets names them in its question`() {
    var desk = Desk.trading()
    desk.closeAll()
    desk.press(":")
    desk.type("buy btc 10 sl 1% tp 2r 50% tp 4r 50%")
    // Half at two and half at four risks away is three risks, less what it costs.
    #expect(desk.text.contains("at the target"))
    desk.press(.enter)
    #expect(desk.text.contains("targets: 50% at "))
    desk.pass(.seconds(1))
    guard case .engine(.bracket(_, let targets)) = desk.press("y").first else {
      Issue.record("nothing was sent")
      return
    }
    #expect(targets.map(\.share) == ["0.5", "0.5"])
  }

  @Test func `a screen that is lent is detached and not quit`() {
    let desk = Desk.trading()
    let labels = DashboardLabels(
      marketSource: "built-in market", account: "main",
      glyphs: Glyphset(isASCII: false, isLive: false), isLive: false, bar: Style(.text, on: .paper),
      isLent: true)
    let model = DashboardModel(snapshot: desk.model.snapshot, now: desk.now, labels: labels)
    let footer = view(model, size: Size(width: 120, height: 40)).rows.last ?? ""
    #expect(footer.contains("q detach"))
    #expect(!footer.contains("quit"))
    let tiny = view(model, size: Size(width: 50, height: 10)).text
    #expect(tiny.contains("q detach"))
  }
}
