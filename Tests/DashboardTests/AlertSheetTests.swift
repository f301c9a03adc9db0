import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// The alerts on the screen: what waits, how the channels stand, the rules, what fired.
struct AlertSheetTests {
  @Test func `the sheet shows each channel with what it delivered and why it does not work`() {
    let text = Desk.alerting(pressing: "L").frame(120, 40).text
    for line in [
      "bell      idle                  4 delivered     0 waiting    0 dropped",
      "telegram  waits until 12:05:00  12 delivered    3 waiting    1 dropped",
      "          status 429: Too Many Requests: retry after 42",
      "discord   sending               7 delivered     1 waiting    0 dropped",
      "mail      closed                0 delivered     0 waiting    2 dropped",
      "          mail.example.org is no mail server, or not secure: no mail is sent.",
    ] {
      #expect(text.contains(line), "\(line)\n\(text)")
    }
  }

  @Test func `an alarm that raised an alert is told once in the log`() {
    var desk = Desk.trading()
    desk.take(.command(.addAlert("on trouble every cooldown 0s critical"), .keyboard))
    desk.pass(.seconds(1))
    desk.take(.journalFailed(nil, "disk full"))
    desk.refresh()
    desk.press("7", "z")
    let rows = desk.frame(120, 40).rows.dropLast(2)
    let told = rows.filter { $0.contains("cannot be written") }
    #expect(told.count == 1)
    #expect(told.first?.contains(" ALERT ") == true)
  }

  @Test func `without a channel nothing is said of channels`() {
    #expect(!Desk.pressing("L").text.contains("Channels"))
  }

  @Test func `the screen without panels tells the channels as well`() {
    let desk = Desk.alerting()
    var console = PlainConsole(
      snapshot: desk.model.snapshot, now: desk.now, labels: desk.model.labels)
    let said = console.take(line: "alerts", at: desk.now).lines
    #expect(said.contains("channel bell idle, delivered 4, waiting 0, dropped 0"))
  }
}

extension Desk {
  /// A trading desk with rules, an alert that waits, one that does not, and channels in every
  /// state, after some keys.
  static func alerting(pressing keys: Key...) -> Desk {
    var desk = Desk.trading()
    for rule in [
      "btc > 60100 once critical note \"breakout\"", "eth < 2990 every rearm 0.2% cooldown 5m",
      "funding(BTC) < 0% or rsi(BTC, 1m) < 30", "liquidation_percent(BTC) < 5% every critical",
      "on fill every cooldown 0s info",
    ] {
      desk.take(.command(.addAlert(rule), .keyboard))
    }
    for price: Price in ["60_050".price, "60_101.5".price] {
      desk.pass(.seconds(1))
      desk.quote(Sample.bitcoin, price)
    }
    desk.pass(.seconds(1))
    desk.quote(Sample.ether, 2_989)
    desk.channels = [
      ChannelStatus(
        name: "bell", state: .idle, deliveredCount: 4, waitingCount: 0, droppedCount: 0,
        problem: nil),
      ChannelStatus(
        name: "telegram", state: .waiting(until: Sample.start.start(of: .hours(1)) + .minutes(5)),
        deliveredCount: 12, waitingCount: 3, droppedCount: 1,
        problem: "status 429: Too Many Requests: retry after 42"),
      ChannelStatus(
        name: "discord", state: .sending, deliveredCount: 7, waitingCount: 1, droppedCount: 0,
        problem: nil),
      ChannelStatus(
        name: "mail",
        state: .closed(reason: "mail.example.org is no mail server, or not secure"),
        deliveredCount: 0, waitingCount: 0, droppedCount: 2,
        problem: "mail.example.org is no mail server, or not secure: no mail is sent."),
    ]
    desk.refresh()
    for key in keys { desk.press(key) }
    return desk
  }
}
