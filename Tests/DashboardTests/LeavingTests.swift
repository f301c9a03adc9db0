import Screen
import TestSupport
import Testing
import Units

@testable import Dashboard

/// What is said before the program ends or stands still while something is open.
struct LeavingTests {
  /// The question that is asked, and what stands below it.
  private func asked(_ desk: Desk) -> [String] {
    guard case .confirmation(let question) = desk.model.sheet else { return [] }
    return [question.question] + question.details
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
    #expect(asked(desk) == words)
    let text = desk.frame(80, 24).text
    #expect(words.allSatisfy(text.contains))
    // The key that asked does not answer.
    expect(desk.press(.control("z")), [])
    #expect(asked(desk) == words)
    expect(desk.press("y"), [.suspend])
    #expect(desk.model.sheet == nil)
    #expect(!desk.model.wantsToQuit)
  }

  @Test func `T04 Ctrl-Z on paper says that the account stands still as well`() {
    var desk = Desk.trading()
    expect(desk.press(.control("z")), [])
    #expect(asked(desk)[1] == "2 positions and 3 orders on paper stand still: no stop fires.")
    expect(desk.press(.escape), [])
    #expect(desk.model.sheet == nil)
  }

  @Test func `T04 Ctrl-Z asks nothing where nothing is open, and on a screen that is lent`() {
    var idle = Desk.idle(mode: "DEMO")
    expect(idle.press(.control("z")), [.suspend])
    let desk = Desk.trading()
    let labels = DashboardLabels(
      marketSource: "built-in market", account: "main",
      glyphs: Glyphset(isASCII: false, isLive: false), isLive: false, bar: Style(.text, on: .paper),
      isLent: true)
    var model = DashboardModel(snapshot: desk.model.snapshot, now: desk.now, labels: labels)
    expect(update(&model, .key(.control("z")), at: desk.now + .seconds(1)), [.suspend])
    #expect(
      model.labels.keymap.row(of: .suspend, in: .main)?.label
        == "detach this screen; the program runs on without one")
  }
}
