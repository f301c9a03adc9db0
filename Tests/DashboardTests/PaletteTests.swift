import Screen
import Testing

@testable import Dashboard

/// The list of actions finds what a person calls them.
struct PaletteTests {
  private func searching(_ text: String) -> Desk {
    var desk = Desk.trading()
    desk.press(.control("p"))
    desk.type(text)
    return desk
  }

  @Test(arguments: [
    ("flatten", Action.flatten), ("break-even", .breakEven), ("cancel all", .cancelEverything),
    ("focus-zones", .focus(.zones)),
  ])
  func `an action is found by its name and its short word as well`(text: String, action: Action) {
    var finder = ActionFinder()
    finder.field.set(text)
    #expect(finder.rows(of: .standard).map(\.action).contains(action))
  }

  @Test func `flatten is found and asks`() {
    var desk = searching("flatten")
    #expect(desk.text.contains("close every position and cancel every order (asks)"))
    expect(desk.press(.enter), [])
    #expect(desk.model.context == .confirmation)
  }

  @Test func `what no key does is shown as a line, and what nothing does is said`() {
    var desk = searching("oco")
    #expect(desk.frame(80, 24).text.contains("nothing found among the keys; on the line (:):"))
    #expect(desk.frame(80, 24).text.contains("oco buy btc 1% @ 60000 or sell @ 62000"))
    desk = searching("xyzzy")
    #expect(desk.frame(80, 24).text.contains("nothing found"))
    expect(desk.press(.enter), [])
    #expect(desk.model.toast?.text == "nothing found")
  }
}
