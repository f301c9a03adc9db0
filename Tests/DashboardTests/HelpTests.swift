import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// The list of keys from wherever somebody is.
struct HelpTests {
  @Test(arguments: ["b", "x", "t", "p", ":", "/", "n", "=", .control("p")] as [Key])
  func `T21 F1 lists the keys of every form and goes back to it`(key: Key) throws {
    var desk = Desk.trading()
    desk.press(key)
    // The next frame notes what it shows of a ticket.
    desk.refresh()
    let form = try #require(desk.model.sheet)
    let title = desk.model.context.title
    expect(desk.press(.function(1)), [])
    #expect(desk.model.sheet == .help(0, over: form))
    let rows = desk.frame(80, 24).rows
    #expect(rows.prefix(6).contains { $0.contains(title) }, "\(rows)")
    expect(desk.press(.escape), [])
    #expect(desk.model.sheet == form)
  }

  @Test func `T21 a question mark lists the keys where no text is typed`() {
    for walk: [Key] in [["b"], ["x"], ["t"], ["p"], [.function(8)], ["a", "m"]] {
      var desk = Desk.trading()
      for key in walk { desk.press(key) }
      desk.refresh()
      let form = desk.model.sheet
      expect(desk.press("?"), [])
      #expect(desk.model.sheet == .help(0, over: form))
      expect(desk.press("?"), [])
      #expect(desk.model.sheet == form)
    }
    var line = Desk.trading()
    line.press(":")
    line.type("note why?")
    #expect(line.lineText == "note why?")
  }

  @Test func `a form that the keys were read over is closed when the window loses the focus`() {
    var desk = Desk.trading()
    desk.press("b", "?", .focusLost)
    expect(desk.press(.escape), [])
    #expect(desk.model.sheet == nil)
  }

  @Test func `T25 a question is not answered after its time though the keys were read over it`() {
    var desk = Desk.trading()
    desk.press(.function(8), "?")
    desk.pass(Confirmation.patience + .seconds(1))
    expect(desk.press("?", "y"), [])
    #expect(desk.model.sheet == nil)
  }
}
