import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// The dashboard without a screen.
struct PlainTests {
  private func console(_ desk: Desk) -> PlainConsole {
    PlainConsole(
      snapshot: desk.engine.snapshot(at: desk.now), now: desk.now, labels: desk.model.labels)
  }

  @Test func `T26 the state is told in plain lines`() {
    let lines = console(.trading()).greeting
    #expect(
      lines == [
        "PAPER simulated main, built-in market, running", "ready",
        "equity 9,997.50 USDT, day -2.50, free 10,000.00",
        "position BTC-USDT long 10 entry 59500 profit +5.00 stop 59,000.0 0s",
        "position ETH-USDT short 50 entry 2985 profit -7.50 stop waiting 0s",
        "order buy 5 BTC-USDT limit 59990.5, live, filled 0",
        "order sell 20 ETH-USDT post-only 3050, partiallyFilled, filled 5",
        "order sell all BTC-USDT stop+target 59000, tp 62,000, filled 0",
        "Enter alone tells the state; help lists the commands.",
      ])
  }

  @Test func `T26 only what is new is told, and never a control character`() {
    var desk = Desk.trading()
    var console = console(desk)
    _ = console.take(desk.engine.snapshot(at: desk.now), at: desk.now)
    let nothing = console.take(desk.engine.snapshot(at: desk.now), at: desk.now).lines
    #expect(nothing == [])
    desk.take(.protocolProblem("odd \u{1B}[31mtext"))
    let lines = console.take(desk.engine.snapshot(at: desk.now), at: desk.now).lines
    #expect(lines == ["12:00:00 odd \u{FFFD}[31mtext"])
  }

  @Test func `K14 reload only tightens, and asks before it loosens`() {
    let desk = Desk.trading()
    var console = console(desk)
    #expect(console.take(line: "reload", at: desk.now).commands == [.reload(loosens: false)])
    let asked = console.take(line: "reload loosen", at: desk.now)
    #expect(
      asked.lines == [
        "PAPER: read the settings again, looser limits as well?",
        "Tighter limits need no question: reload alone takes those.",
        "yes does it; anything else does not",
      ])
    #expect(asked.commands == [])
    let done = console.take(line: "yes", at: desk.now + .seconds(1)).commands
    #expect(done == [.reload(loosens: true)])
  }

  @Test func `T26 an order is asked for in words and sent by the word yes`() {
    let desk = Desk.trading()
    var console = console(desk)
    let asked = console.take(line: "buy btc 5 sl 59000", at: desk.now)
    #expect(asked.lines.first == "PAPER: send this order?")
    #expect(asked.commands == [])
    let refused = console.take(line: "y", at: desk.now + .seconds(1))
    #expect(refused.lines == ["nothing was done"])
    _ = console.take(line: "buy btc 5 sl 59000", at: desk.now)
    let sent = console.take(line: "yes", at: desk.now + .seconds(1))
    #expect(sent.commands.count == 1)
    let unknown = console.take(line: "bu btc", at: desk.now).lines
    #expect(unknown == ["`bu` is no command; help lists them"])
    let exit = console.take(line: "close btc", at: desk.now).commands
    #expect(exit.count == 1)
  }
}
