import Foundation
import Testing

@testable import Dashboard

struct ReadmeTests {
  @Test func `T21 the README lists the keys of the table`() throws {
    var root = URL(fileURLWithPath: #filePath)
    while root.lastPathComponent != "Tests" { root.deleteLastPathComponent() }
    let url = root.deletingLastPathComponent().appendingPathComponent("README.md")
    var text = try String(contentsOf: url, encoding: .utf8)
    let begin = try #require(text.range(of: "## Keys\n"))
    let end = try #require(text.range(of: "\n## Development"))
    let wanted = "\n" + Keymap.standard.markdown + "\n"
    if ProcessInfo.processInfo.environment["GOLDEN"] == "record" {
      text.replaceSubrange(begin.upperBound..<end.lowerBound, with: wanted)
      try text.write(to: url, atomically: true, encoding: .utf8)
    } else {
      #expect(String(text[begin.upperBound..<end.lowerBound]) == wanted)
    }
  }
}
