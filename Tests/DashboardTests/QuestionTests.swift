import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// What a yes sends is what the question showed.
struct QuestionTests {
  /// A desk that is asked about an order of a share of the equity.
  private func asked(_ line: String, mode: String = "PAPER") -> Desk {
    var desk = Desk.trading(mode: mode)
    if mode == "LIVE" { desk.press("a") }
    desk.press(":")
    desk.type(line)
    if mode == "LIVE" { desk.model.armedUntil = desk.now + .minutes(1) }
    expect(desk.press(.enter), [])
    #expect(desk.model.context == .confirmation)
    return desk
  }

  /// Moves the book toward the stop, which makes an order of the same risk larger.
  private func nearer(_ desk: inout Desk) { desk.quote(Sample.bitcoin, "59_900".price) }

  @Test(arguments: ["buy btc 0.3% sl 59760", "buy btc 0.3% sl 59760 tp 2r 50% tp 4r 50%"])
  func `an order that has grown since its question was drawn is not sent by the first yes`(
    line: String
  ) {
    var desk = asked(line)
    desk.pass(.seconds(1))
    nearer(&desk)
    // The key acts on the newest state, which no frame has shown yet.
    var snapshot = desk.engine.snapshot(at: desk.now)
    desk.model.act(on: &snapshot)
    desk.now = desk.now + .milliseconds(100)
    expect(update(&desk.model, .key("y"), at: desk.now), [])
    #expect(desk.model.context == .confirmation)
    #expect(
      desk.model.toast?.text
        == "not sent: the order has grown since it was shown; look again")
    expect(desk.press("y"), count: 1)
  }

  @Test func `a question draws the figures of the moment, and hears no yes where they jump`() {
    var desk = asked("buy btc 0.3% sl 59760")
    let before = desk.model.details(of: desk.question)
    desk.pass(.seconds(1))
    nearer(&desk)
    desk.refresh()
    let after = desk.model.details(of: desk.question)
    #expect(before != after)
    #expect(desk.frame(120, 40).text.contains(after[0].prefix(40)))
    var early = desk
    expect(update(&early.model, .key("y"), at: early.now + .milliseconds(200)), [])
    #expect(early.model.context == .confirmation)
    expect(desk.press("y"), count: 1)
  }

  @Test func `a ticket that has grown since its last frame is not sent by the first yes`() {
    var desk = Desk.idle()
    desk.press("b")
    desk.pass(.seconds(1))
    desk.quote(Sample.bitcoin, "59_700".price)
    var snapshot = desk.engine.snapshot(at: desk.now)
    desk.model.act(on: &snapshot)
    expect(update(&desk.model, .key("y"), at: desk.now + .milliseconds(100)), [])
    #expect(desk.model.context == .ticket)
    #expect(
      desk.model.toast?.text
        == "not sent: the order has grown since it was shown; look again")
  }

  @Test func `an order that was drawn smaller does not grow back unseen`() {
    var desk = asked("buy btc 0.3% sl 59760")
    desk.pass(.seconds(1))
    desk.quote(Sample.bitcoin, "60_200".price)
    desk.refresh()
    desk.quote(Sample.bitcoin, 60_000)
    var snapshot = desk.engine.snapshot(at: desk.now)
    desk.model.act(on: &snapshot)
    expect(update(&desk.model, .key("y"), at: desk.now + .milliseconds(400)), [])
    #expect(desk.model.context == .confirmation)
  }

  @Test func `the order of a reversal is not larger after the closing than it was shown`() throws {
    var desk = asked("reverse btc 0.3% sl 61000")
    let shown = try #require(desk.question.orders.first?.shown.contracts)
    guard case .engine(.reverse(_, let intent)) = desk.press("y").first else {
      Issue.record("nothing was sent")
      return
    }
    #expect(intent.size == .contracts(shown))
  }

  @Test(arguments: ["reverse btc 5 sl 59000", "reverse btc 100000 sl 61000"])
  func `a reversal whose opening would be denied is not asked for`(line: String) {
    var desk = Desk.trading()
    desk.press(":")
    desk.type(line)
    expect(desk.press(.enter), [])
    #expect(desk.model.toast?.text.hasPrefix("would be denied: ") == true)
    #expect(desk.model.context != .confirmation)
  }

  @Test func `without a screen a yes to an order that has grown prints it anew`() {
    let desk = Desk.trading()
    var console = PlainConsole(
      snapshot: desk.model.snapshot, now: desk.now, labels: desk.model.labels)
    let first = console.take(line: "buy btc 0.3% sl 59760", at: desk.now).lines
    var later = desk
    later.pass(.seconds(1))
    nearer(&later)
    later.refresh()
    _ = console.take(later.model.snapshot, at: later.now)
    let second = console.take(line: "yes", at: later.now)
    expect(second.commands, [])
    #expect(second.lines.last == "yes does it; anything else does not")
    #expect(!second.lines.contains(first[1]))
    expect(console.take(line: "yes", at: later.now + .seconds(1)).commands, count: 1)
  }

  @Test func `a pause that lifts a halt is asked for like resuming`() {
    for mode in ["PAPER", "LIVE"] {
      var desk = Desk.trading(mode: mode)
      desk.take(.command(.setState(.halted, reason: "test"), .keyboard))
      desk.refresh()
      desk.press(":")
      desk.type("pause")
      expect(desk.press(.enter), [])
      guard mode == "PAPER" else {
        #expect(desk.model.toast?.text == "LIVE: a arms the screen")
        continue
      }
      #expect(desk.model.context == .confirmation)
      expect(desk.press("y"), [.engine(.setState(.paused, reason: "paused at the keyboard"))])
    }
  }

  @Test func `tightening needs no question`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("pause")
    expect(desk.press(.enter), [.engine(.setState(.paused, reason: "paused at the keyboard"))])
  }

  @Test(arguments: [
    "buy btc 10 sl 1% tp 2r 50% tp 4r 50%", "buy stop btc 62000 10 sl 1%",
    "scale buy btc 3 59900..59500 1% sl 2%", "oco buy sol 5 @ 149 sl 147 or sell @ 151 sl 153",
    "reverse btc 5 sl 61000",
  ])
  func `LIVE nothing that opens is confirmed after arming ran out`(line: String) {
    var desk = asked(line, mode: "LIVE")
    desk.model.armedUntil = nil
    expect(desk.press("y"), [])
    #expect(desk.model.toast?.text == "not sent: LIVE and no longer armed")
  }
}

extension Desk {
  /// The question that is open.
  var question: Dashboard.Confirmation {
    guard case .confirmation(let question) = model.sheet else {
      preconditionFailure("no question is open")
    }
    return question
  }
}
