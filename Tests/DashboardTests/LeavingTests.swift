import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// What is said before the program ends or stands still while something is open.
struct LeavingTests {
  /// The question that is asked, and what stands below it.
  private func asked(_ model: DashboardModel) -> [String] {
    guard case .confirmation(let question) = model.sheet else { return [] }
    return [question.question] + question.details
  }

  /// A screen over what a desk shows, with other labels.
  private func screen(
    _ desk: Desk, isLent: Bool = false, cancelsAtExit: Bool = false
  ) -> DashboardModel {
    let labels = DashboardLabels(
      marketSource: "built-in market", account: "main",
      glyphs: Glyphset(isASCII: false, isLive: false), isLive: false, bar: Style(.text, on: .paper),
      isLent: isLent, cancelsAtExit: cancelsAtExit)
    return DashboardModel(snapshot: desk.model.snapshot, now: desk.now, labels: labels)
  }

  /// What is asked at a quit of such a screen.
  private func askedAtQuit(_ desk: Desk, cancelsAtExit: Bool) -> [String] {
    var model = screen(desk, cancelsAtExit: cancelsAtExit)
    expect(update(&model, .key("q"), at: desk.now + .seconds(1)), [])
    return asked(model)
  }

  @Test func `R10 what is open is unknown before the account was read, and leaving asks`() {
    for key: Key in ["q", .control("z")] {
      var desk = Desk(mode: "DEMO")
      expect(desk.press(key), [])
      #expect(
        asked(desk.model).contains(
          "What is open at the exchange is unknown: the account was not read yet."))
    }
  }

  /// A desk whose trader has sent a line.
  private func desk(_ line: String) -> Desk {
    var desk = Desk.trading(mode: "DEMO")
    desk.press(":")
    desk.type(line)
    for case .engine(let command) in desk.press(.enter, "y") {
      desk.take(.command(command, .keyboard))
    }
    desk.refresh()
    return desk
  }

  @Test func `the question at a quit says which orders the end cancels, and which stay`() {
    let desk = desk("buy btc 5 @ 59000")
    let protection = "Stops that rest there go on to protect; nothing else watches them."
    #expect(
      askedAtQuit(desk, cancelsAtExit: false) == [
        "DEMO: quit?", "2 positions and 4 orders stay open at the exchange.", protection,
      ])
    #expect(
      askedAtQuit(desk, cancelsAtExit: true) == [
        "DEMO: quit?", "1 order of ours is canceled.",
        "2 positions and 3 orders stay open at the exchange.", protection,
      ])
  }

  @Test func `the question at a quit says what becomes of an entry that waits here`() {
    let desk = desk("sell stop btc 59000 5 sl 1%")
    #expect(
      askedAtQuit(desk, cancelsAtExit: false).last
        == "1 entry waits here, until the next start at least.")
    #expect(askedAtQuit(desk, cancelsAtExit: true).last == "1 entry waits here no longer.")
  }

  @Test func `T04 Ctrl-Z asks while something is open and says that nothing is watched`() {
    var desk = Desk.trading(mode: "DEMO")
    expect(desk.press(.control("z")), [])
    let words = [
      "DEMO: stop the program until fg?",
      "2 positions and 3 orders stay open at the exchange.",
      "Until fg nothing watches them: no missing stop is placed, no alert sent,",
      "and strategies and entries that wait here stand still.",
      "With --headless a program goes on without a screen; attach lends one.",
    ]
    #expect(asked(desk.model) == words)
    let text = desk.frame(80, 24).text
    #expect(words.allSatisfy(text.contains))
    // The key that asked does not answer.
    expect(desk.press(.control("z")), [])
    #expect(asked(desk.model) == words)
    expect(desk.press("y"), [.suspend])
    #expect(desk.model.sheet == nil)
    #expect(!desk.model.wantsToQuit)
  }

  @Test func `T04 Ctrl-Z on paper says that the account stands still as well`() {
    var desk = Desk.trading()
    expect(desk.press(.control("z")), [])
    #expect(asked(desk.model)[1] == "2 positions and 3 orders on paper stand still: no stop fires.")
    expect(desk.press(.escape), [])
    #expect(desk.model.sheet == nil)
  }

  @Test func `T04 Ctrl-Z asks nothing where nothing is open, and on a screen that is lent`() {
    var idle = Desk.idle(mode: "DEMO")
    expect(idle.press(.control("z")), [.suspend])
    let desk = Desk.trading()
    var model = screen(desk, isLent: true)
    expect(update(&model, .key(.control("z")), at: desk.now + .seconds(1)), [.suspend])
    #expect(
      model.labels.keymap.row(of: .suspend, in: .main)?.label
        == "detach this screen; the program runs on without one")
  }
}
