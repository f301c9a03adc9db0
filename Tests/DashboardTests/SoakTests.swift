import Foundation
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

struct SoakTests {
  @Test func `T30 eight hours of seconds leave the memory as it was`() throws {
    var desk = Desk.trading()
    func second(_ number: Int) {
      desk.now = desk.now + .seconds(1)
      let price = Price(Fixed(60_000 + number % 50))
      desk.take(.ticker(Sample.ticker(Sample.bitcoin, last: price, at: desk.now)))
      desk.refresh()
      if number % 60 == 0 {
        desk.press("j", "k", ":", .escape)
        _ = desk.frame(120, 40)
      }
    }
    for number in 0..<3_600 { second(number) }
    let before = try residentPages()
    for number in 0..<7 * 3_600 { second(number) }
    let grown = (try residentPages() - before) * 4
    // Other tests run beside; a frame or snapshot kept each second would be a hundred times this.
    #expect(grown < 65_536, "\(grown) KiB more after seven hours")
  }

  private func residentPages() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let fields = text.split(separator: " ")
    return try #require(fields.count > 1 ? Int(fields[1]) : nil)
  }
}
