import Engine
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

/// Figures of the ticket and the account line: whole, signed and never kinder than they are.
struct FigureTests {
  @Test func `a loss is never shown smaller, nor a gain larger, than it is`() {
    #expect(NumberText.signed(Money("-4.851")) == "-4.86")
    #expect(NumberText.signed(Money("4.859")) == "+4.85")
    #expect(NumberText.signed(Money("-0.001")) == "-0.01")
    #expect(NumberText.signed(Money.zero) == "0.00")
    #expect(NumberText.signedPercent("-0.000486") == "-0.05%")
  }

  @Test(arguments: [80, 120])
  func `the ticket shows its share of R whole, and the profit with a sign`(width: Int) {
    var desk = Desk.idle()
    desk.press("b", .tab, .tab, .tab)
    desk.type("1%")
    desk.press(.tab)
    desk.type("3r")
    let text = desk.frame(width, 40).text
    #expect(text.contains(" of R"))
    #expect(text.contains("target 61,800.5  +"))
  }
}
