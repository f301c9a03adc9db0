import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// Where stops and targets may go: asked of the gate before anything is promised.
struct ProtectionPriceTests {
  @Test func `the form of a target takes times the distance of the stop`() {
    var desk = Desk.trading()
    desk.press("t")
    desk.type("2r")
    #expect(desk.text.contains("price 2r_"))
    // The stop is 500 below the entry at 59,500.
    #expect(desk.text.contains("at 60500, fees paid"))
    expect(
      desk.press("y"),
      [
        .engine(
          .protect(Sample.btcKey, stopLoss: nil, takeProfit: Trigger(triggerPrice: 60_500)))
      ])
  }

  @Test func `a line takes a target in times the distance of the stop as well`() throws {
    let desk = Desk.trading()
    func meaning(_ line: String) throws -> LineMeaning {
      try desk.model.meaning(of: LineParser.parse(line))
    }
    for line in ["target btc 2r", "tp btc 2r"] {
      #expect(
        try meaning(line)
          == .commands([
            .engine(
              .protect(Sample.btcKey, stopLoss: nil, takeProfit: Trigger(triggerPrice: 60_500)))
          ]))
    }
    #expect(
      try meaning("targets btc 2r 50% 63000 25%")
        == .commands([
          .engine(
            .takeProfits(
              Sample.btcKey,
              [
                PartialTarget(trigger: Trigger(triggerPrice: 60_500), share: "0.5"),
                PartialTarget(trigger: Trigger(triggerPrice: 63_000), share: "0.25"),
              ]))
        ]))
    let nowhere = LineProblem(
      at: 0, text: "target: in r it needs a stop on the losing side of the entry")
    for line in ["target eth 2r", "targets eth 2r 50%"] {
      #expect(throws: nowhere) { try meaning(line) }
    }
    let noNumber = LineProblem(
      at: 9, text: "`2r` is no number: not a plain decimal number (character 2)")
    #expect(throws: noNumber) { try meaning("stop btc 2r") }
  }

  @Test func `the price that a target in r comes to is shown before it is sent`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("targets btc 2r 50%")
    #expect(desk.text.contains("Enter: BTC-USDT targets: 50% at 60500"))
  }

  @Test func `a form of one line names no key to another one`() {
    for key: Key in ["x", "t"] {
      var desk = Desk.trading()
      desk.press(key)
      #expect(desk.model.context == .priceForm)
      #expect(!desk.text.contains("Tab line"), "\(key)")
      #expect(desk.text.contains("y place"), "\(key)")
    }
  }

  @Test func `the break-even that is shown is the stop that break-even places`() {
    var desk = Desk.trading()
    // (59 500 x 1.0006) / 0.9994 lies between two ticks.
    let price: Price = "59571.5"
    #expect(desk.model.figures.positions.first?.breakEvenPrice == price)
    #expect(desk.frame(200, 60).text.contains("59,571.5"))
    desk.press(":")
    desk.type("be btc")
    #expect(desk.text.contains("Enter: stop of BTC-USDT at 59,571.5, for all 10: +"))
    desk.take(.command(.breakEven(Sample.btcKey), .keyboard))
    desk.refresh()
    guard case .protect(let request)? = desk.model.snapshot.requests.waiting.last?.subject else {
      Issue.record("no stop was asked for")
      return
    }
    #expect(request.stopLoss == Trigger(triggerPrice: price))
  }

  @Test func `a stop takes no r`() {
    var desk = Desk.trading()
    desk.press("x")
    desk.type("58900r")
    #expect(desk.text.contains("price 58900_"))
  }

  @Test(
    arguments: [
      ("x", "65000", "the stop 65000 is past the price 60000"), ("t", "2", "the target 2 is"),
    ])
  func `a form whose price would be denied says so, and stays open with the reason`(
    key: String, price: String, reason: String
  ) {
    var desk = Desk.trading()
    desk.press(.character(Character(key)))
    desk.type(price)
    let shown = desk.frame(80, 24).text
    for word in "would be denied: \(reason)".split(separator: " ") {
      #expect(shown.contains(word), "\(word)")
    }
    expect(desk.press("y"), [])
    #expect(desk.model.context == .priceForm)
    #expect(desk.model.toast?.text.hasPrefix("not sent: the ") == true)
  }

  @Test func `break-even at a loss is not promised, and the line stays with the reason`() {
    var desk = Desk.trading()
    desk.press(":")
    desk.type("be eth")
    #expect(desk.text.contains("would be denied: "))
    #expect(!desk.text.contains("Enter: stop of ETH-USDT"))
    expect(desk.press(.enter), [])
    #expect(desk.model.context == .line)
    #expect(desk.model.toast?.text.hasPrefix("would be denied: the stop ") == true)
  }
}
